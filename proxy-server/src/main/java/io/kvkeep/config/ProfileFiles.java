package io.kvkeep.config;

import io.kvkeep.profile.Profile;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The profiles that come with kvkeep. */
public final class ProfileFiles {
    private ProfileFiles() {}

    /** Reads them. */
    public static Profiles builtIn() {
        List<Profile> agents = new ArrayList<>();
        for (String agent : Profiles.BUILT_IN) {
            agents.add(read(agent + ".yaml"));
        }
        return Profiles.of(agents, read("generic.yaml"));
    }

    private static Profile read(String name) {
        String resource = "/kvkeep/profiles/" + name;
        try (InputStream in = Profile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no " + resource + " in this build");
            }
            return ProfileReader.read(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (YamlNotValid e) {
            throw new IllegalStateException("a profile of this build is broken", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
