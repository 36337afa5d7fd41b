package io.kvkeep.config;

/** Where the value of a setting comes from; its text names the place. */
public sealed interface Origin {
    /** Nothing is set. */
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /**
     * The configuration file.
     *
     * @param file its path
     * @param line the first of a file being 1
     */
    record InFile(String file, int line) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /**
     * The environment.
     *
     * @param name such as {@code KVKEEP_MODE}
     */
    record Variable(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * The command line.
     *
     * @param name such as {@code --mode}
     */
    record Flag(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }
}
