package io.kvkeep.yaml;

/** Says what is wrong in a YAML file, with the file, the line, the value and what is allowed. */
public final class YamlNotValid extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the file's name
     * @param line one-based line
     * @param problem what is wrong and what is allowed
     */
    public YamlNotValid(String file, int line, String problem) {
        super(file + ":" + line + ": " + problem);
    }
}
