package io.kvkeep.profile;

import io.kvkeep.yaml.YamlNotValid;
import java.util.List;

/**
 * A profile file as it was read.
 *
 * @param profile what could be read
 * @param extending whether the built-in profile of the agent holds too, for what this file does not say
 * @param problems what is wrong, in the order in which it was found; empty for a good file
 */
public record ProfileFile(Profile profile, boolean extending, List<YamlNotValid> problems) {
    /** Copies the list. */
    public ProfileFile {
        problems = List.copyOf(problems);
    }
}
