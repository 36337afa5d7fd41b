package io.kvkeep.store;

import java.io.IOException;
import java.nio.file.Path;

/** Says that another process holds the directory of a log; nothing in it was touched. */
public final class DirectoryInUse extends IOException {
    private static final long serialVersionUID = 1;

    DirectoryInUse(Path directory) {
        super(directory + " is in use by another kvkeep; start this one with another --data-dir");
    }
}
