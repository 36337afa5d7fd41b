package io.kvkeep.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The words of the commands, plain and on one line. */
final class Words {
    private Words() {}

    /** Returns the commands that are shown, in their order. */
    static List<CommandSpec> commands(CommandSpec root) {
        return root.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .distinct()
                .filter(command -> !command.usageMessage().hidden())
                .toList();
    }

    /** Returns the options that are shown, in their order. */
    static List<OptionSpec> options(CommandSpec command) {
        return command.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** Returns what a command does. */
    static String of(CommandSpec command) {
        return join(command.usageMessage().description());
    }

    /** Returns what an option or a parameter means. */
    static String of(ArgSpec argument) {
        return join(argument.description());
    }

    /** Returns the first sentence. */
    static String first(String text) {
        int end = text.indexOf(". ");
        String sentence = end < 0 ? text : text.substring(0, end);
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    /** Returns the lines of a heading or a footer. */
    static List<String> lines(String... texts) {
        return Stream.of(texts)
                .flatMap(text -> text.replace("%n", "\n").lines())
                .map(Words::plain)
                .toList();
    }

    /** Returns the words that may stand as an option's value; empty if any may. */
    static List<String> values(ArgSpec argument) {
        List<String> values = new ArrayList<>();
        if (argument.completionCandidates() != null) {
            argument.completionCandidates().forEach(values::add);
        }
        return values;
    }

    /** Tells whether the value is the name of a file or of a directory. */
    static boolean isPath(ArgSpec argument) {
        return argument.paramLabel().matches("<?(FILE|DIR)(\\|(FILE|DIR))*>?");
    }

    private static String join(String... texts) {
        return lines(texts).stream().map(String::strip).collect(Collectors.joining(" "));
    }

    /** Without the marks with which picocli makes words bold. */
    private static String plain(String text) {
        return text.replaceAll("@\\|\\S+ (.*?)\\|@", "$1").replace("%%", "%");
    }
}
