package io.kvkeep.manual;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page, in the language of man(7). */
final class ManPage {
    private final StringBuilder page = new StringBuilder();

    private ManPage() {}

    static String of(CommandSpec root, String version) {
        ManPage page = new ManPage();
        page.write(root, version);
        return page.page.toString();
    }

    private void write(CommandSpec root, String version) {
        String name = root.name();
        page.append(".TH ")
                .append(name.toUpperCase(java.util.Locale.ROOT))
                .append(" 1 \"\" \"" + text(version) + "\"\n");
        section("NAME");
        line(name + " - " + lowerFirst(Words.first(Words.of(root))));
        section("SYNOPSIS");
        page.append(".B ").append(text(name)).append("\n.I COMMAND\n[options]\n");
        section("DESCRIPTION");
        line(Words.of(root));
        options(root);
        section("COMMANDS");
        for (CommandSpec command : Words.commands(root)) {
            command(name, command);
        }
        section("ENVIRONMENT");
        term("KVKEEP_CONFIG");
        line("The configuration file, where --config names none.");
        term("KVKEEP_LOG");
        line("The log level: warn, info (default) or debug.");
        term("KVKEEP_...");
        line("Each setting has a variable of its own: KVKEEP_ and its key in capitals, with _ for points and hyphens.");
        section("SIGNALS");
        term("HUP");
        line("serve reads its configuration and profiles anew; no connection is closed.");
        term("TERM, INT");
        line("serve lets running answers end, then stops.");
    }

    private void command(String root, CommandSpec command) {
        page.append(".SS ").append(text(root + " " + synopsis(command))).append('\n');
        line(Words.of(command));
        options(command);
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            term(label(parameter));
            line(Words.of(parameter));
        }
        Map<String, String> codes = command.usageMessage().exitCodeList();
        if (!codes.isEmpty()) {
            line("");
            page.append(".PP\nExit status: ")
                    .append(text(codes.entrySet().stream()
                            .map(code -> code.getKey().strip() + " " + code.getValue())
                            .collect(Collectors.joining("; "))))
                    .append(".\n");
        }
        List<String> footer = Words.lines(command.usageMessage().footer());
        if (!footer.isEmpty()) {
            page.append(".PP\nExamples:\n.PP\n.nf\n");
            footer.forEach(this::line);
            page.append(".fi\n");
        }
    }

    private static String synopsis(CommandSpec command) {
        String parameters = command.positionalParameters().stream()
                .map(parameter -> " " + (parameter.arity().min() > 0 ? label(parameter) : "[" + label(parameter) + "]"))
                .collect(Collectors.joining());
        return command.name() + (Words.options(command).isEmpty() ? "" : " [options]") + parameters;
    }

    private void options(CommandSpec command) {
        for (OptionSpec option : Words.options(command)) {
            String value = option.arity().max() > 0 ? " " + label(option) : "";
            term(String.join(", ", option.names()) + value);
            line(Words.of(option));
        }
    }

    private static String label(ArgSpec argument) {
        return argument.paramLabel().replaceAll("[<>]", "");
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void term(String term) {
        page.append(".TP\n.B ").append(text(term)).append('\n');
    }

    private void line(String line) {
        if (!line.isEmpty()) {
            page.append(text(line)).append('\n');
        }
    }

    /** A line must not begin like a request, a hyphen is one to be copied. */
    private static String text(String text) {
        String escaped = text.replace("\\", "\\e").replace("-", "\\-");
        return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
