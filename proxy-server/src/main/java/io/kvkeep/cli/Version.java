package io.kvkeep.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** kvkeep's own version, from the jar. */
final class Version implements IVersionProvider {
    static final String NUMBER =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");

    @Override
    public String[] getVersion() {
        return new String[] {"kvkeep " + NUMBER};
    }
}
