package io.kvkeep.manual;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completions for fish. */
final class Fish {
    private Fish() {}

    static String script(CommandSpec root) {
        String name = root.name();
        StringBuilder script =
                new StringBuilder("# Completions of " + name + " for fish.\ncomplete -c " + name + " -f\n");
        for (CommandSpec command : Words.commands(root)) {
            line(script, name, "__fish_use_subcommand", "-a " + command.name(), Words.first(Words.of(command)));
        }
        for (OptionSpec option : Words.options(root)) {
            line(script, name, "__fish_use_subcommand", flags(option), Words.of(option));
        }
        for (CommandSpec command : Words.commands(root)) {
            String inside = "__fish_seen_subcommand_from " + command.name();
            for (OptionSpec option : Words.options(command)) {
                line(script, name, inside, flags(option), Words.first(Words.of(option)));
            }
            for (PositionalParamSpec parameter : command.positionalParameters()) {
                String values = String.join(" ", Words.values(parameter));
                if (Words.isPath(parameter)) {
                    script.append("complete -c " + name + " -n '" + inside + "' -F\n");
                } else if (!values.isEmpty()) {
                    line(script, name, inside, "-a '" + values + "'", Words.first(Words.of(parameter)));
                }
            }
        }
        return script.toString();
    }

    private static String flags(OptionSpec option) {
        StringBuilder flags = new StringBuilder();
        for (String one : option.names()) {
            flags.append(one.startsWith("--") ? " -l " + one.substring(2) : " -s " + one.substring(1));
        }
        if (option.arity().max() > 0) {
            String values = String.join(" ", Words.values(option));
            flags.append(Words.isPath(option) ? " -r -F" : values.isEmpty() ? " -x" : " -x -a '" + values + "'");
        }
        return flags.substring(1);
    }

    private static void line(StringBuilder script, String name, String when, String what, String meaning) {
        String quoted = meaning.replace("\\", "\\\\").replace("'", "\\'");
        script.append("complete -c " + name + " -n '" + when + "' " + what + " -d '" + quoted + "'\n");
    }
}
