package io.kvkeep.yaml;

/** Says what is wrong in a YAML file, with the file, the line, the value and what is allowed. */
public final class YamlNotValid extends Exception {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final String problem;

    /**
     * @param file the file's name
     * @param line one-based line
     * @param problem what is wrong and what is allowed
     */
    public YamlNotValid(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
        this.file = file;
        this.line = line;
        this.problem = problem;
    }

    /** Returns the file's name. */
    public String file() {
        return file;
    }

    /** Returns the line, the first of a file being 1. */
    public int line() {
        return line;
    }

    /** Returns what is wrong, with the value found, and what is allowed. */
    public String problem() {
        return problem;
    }
}
