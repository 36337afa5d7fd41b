package io.kvkeep.manual;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completions for zsh. */
final class Zsh {
    private Zsh() {}

    static String script(CommandSpec root) {
        String name = root.name();
        StringBuilder script = new StringBuilder("#compdef " + name + "\n_" + name + "() {\n");
        script.append("  if (( CURRENT == 2 )); then\n    local -a commands=(\n");
        for (CommandSpec command : Words.commands(root)) {
            String meaning = Words.first(Words.of(command)).replace(":", "\\:");
            script.append("      " + quoted(command.name() + ":" + meaning) + "\n");
        }
        script.append("    )\n    _describe -t commands command commands\n");
        script.append("    _arguments" + arguments(root) + "\n    return\n  fi\n");
        script.append("  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n");
        for (CommandSpec command : Words.commands(root)) {
            script.append("    " + command.name() + ") _arguments" + arguments(command) + " ;;\n");
        }
        script.append("  esac\n}\n");
        // In a file of fpath the function is what is called; sourced, it has to be announced.
        script.append("if [[ $funcstack[1] == _" + name + " ]]; then _" + name + " \"$@\"; else compdef _" + name + " "
                + name + "; fi\n");
        return script.toString();
    }

    private static String arguments(CommandSpec command) {
        StringBuilder arguments = new StringBuilder();
        for (OptionSpec option : Words.options(command)) {
            String meaning = "[" + escaped(Words.first(Words.of(option))) + "]" + value(option);
            List<String> others = new ArrayList<>(List.of(option.names()));
            for (String one : option.names()) {
                String flag = option.arity().max() > 0 ? one + "=" : one;
                String exclusive = others.size() > 1 ? "(" + String.join(" ", others) + ")" : "";
                arguments.append(" \\\n      " + quoted(exclusive + flag + meaning));
            }
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            String many = parameter.arity().max() > 1 ? "*" : "";
            arguments.append(" \\\n      " + quoted(many + ":" + named(parameter) + ":" + action(parameter)));
        }
        return arguments.toString();
    }

    private static String value(ArgSpec option) {
        return option.arity().max() > 0 ? ":" + named(option) + ":" + action(option) : "";
    }

    private static String named(ArgSpec argument) {
        return escaped(argument.paramLabel().replaceAll("[<>]", ""));
    }

    private static String action(ArgSpec argument) {
        List<String> values = Words.values(argument);
        return Words.isPath(argument) ? "_files" : values.isEmpty() ? "" : "(" + String.join(" ", values) + ")";
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\[\\]:]", "\\\\$0");
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
