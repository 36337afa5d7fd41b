package io.kvkeep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.note.NoteTag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader of prompts that believes the notes, as the model is told to: the later one on a section holds. It is strict:
 * what is no value that an agent ever sent, and no change in lines of one, is an error.
 */
final class Reader {
    static final String INSTRUCTIONS = "instructions";

    /** Sections that may stand in a text that stays as first sent. */
    private static final List<String> OF_THEIR_TIME =
            List.of("workspace", "python-toolchain", "conversation-started", "current-date");

    /** The first words of what tells lines of a section, not all of it. */
    private static final Pattern CHANGE = Pattern.compile("(Lines (gone|changed|new)|Gone|Changed|New)( from | in |:)");

    /** Sections that notes don't name. */
    private static final List<String> CLOCKS = List.of("conversation-started", "current-date");

    private final NoteTag tag;
    private final Pattern note;
    private final Function<String, Set<String>> everSent;
    private final Map<String, String> believed = new LinkedHashMap<>();
    private final Set<String> told = new HashSet<>();

    /** Reads notes with that tag; the values that agents ever sent are known by section. */
    Reader(NoteTag tag, Function<String, Set<String>> everSent) {
        this.tag = tag;
        this.everSent = everSent;
        note = Pattern.compile("(?s)<" + tag + "( [^> ]*)?>\n?(?:\\([^\n]*\\)\n)?(.*?)\n?</" + tag + ">");
    }

    /** Reads a system text in which values may stand that an agent once sent, and returns them. */
    Map<String, String> standing(String system) {
        for (String section : OF_THEIR_TIME) {
            everSent.apply(section).stream()
                    .filter(system::contains)
                    .max(Comparator.comparingInt(String::length))
                    .ifPresent(value -> believed.put(section, value));
        }
        return new LinkedHashMap<>(believed);
    }

    /** Reads the messages in order, and returns what they tell and holds behind them. */
    Map<String, String> told(List<String> messages) {
        read(messages);
        believed.keySet().retainAll(told);
        return believed;
    }

    /** Reads the messages in order, and returns what holds behind them. */
    Map<String, String> read(List<String> messages) {
        for (String message : messages) {
            Matcher notes = note.matcher(message);
            while (notes.find()) {
                String names = notes.group(1);
                if (message.equals("[user]" + notes.group()) && " system".equals(names)) {
                    continue; // all of it is a message of the agent's own, which would not be left where it is
                }
                believe(names == null ? List.of() : List.of(names.strip().split(",", -1)), notes.group(2));
            }
        }
        return believed;
    }

    private void believe(List<String> named, String text) {
        String left = text;
        for (String section : named) {
            String told = told(section, left);
            believe(section, told);
            left = rest(left, told);
        }
        while (!left.isEmpty()) {
            String unnamed = left;
            String clock = CLOCKS.stream()
                    .filter(name -> everSent.apply(name).stream().anyMatch(unnamed::startsWith))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no clock: " + unnamed));
            String told = told(clock, left);
            believe(clock, told);
            left = rest(left, told);
        }
    }

    /** Returns what stands behind a paragraph. */
    private static String rest(String text, String told) {
        String rest = text.substring(told.length());
        assertThat(rest)
                .satisfiesAnyOf(
                        end -> assertThat(end).isEmpty(),
                        next -> assertThat(next).startsWith("\n\n"));
        return rest.isEmpty() ? "" : rest.substring(2);
    }

    private String told(String section, String left) {
        String sentence = gone(section);
        if (left.startsWith(sentence)) {
            return sentence;
        }
        if (section.equals(INSTRUCTIONS) || isChange(left)) {
            return left.split("\n\n", 2)[0];
        }
        return everSent.apply(section).stream()
                .filter(left::startsWith)
                .max(Comparator.comparingInt(String::length))
                .orElseThrow(() -> new AssertionError("no value of " + section + ": " + left));
    }

    private static boolean isChange(String told) {
        return CHANGE.matcher(told).lookingAt();
    }

    private static String gone(String section) {
        return section.equals(INSTRUCTIONS)
                ? "The instructions hold again as they stand at the start."
                : "The part \"" + section + "\" is gone; what stands above of it holds no more.";
    }

    private void believe(String section, String told) {
        this.told.add(section);
        if (told.equals(gone(section))) {
            assertThat(believed).as("gone").containsKey(section);
            believed.remove(section);
        } else if (section.equals(INSTRUCTIONS)) {
            believed.put(section, told);
        } else if (isChange(told)) {
            assertThat(believed).as("changed").containsKey(section);
            believed.merge(section, told, Reader::changed);
        } else {
            assertThat(everSent.apply(section)).as("values of %s", section).contains(told);
            believed.put(section, told);
        }
    }

    /** Takes lines out, puts lines in, and gives others the value that their label has. */
    private static String changed(String before, String told) {
        List<String> lines = new ArrayList<>(before.lines().toList());
        String heading = "";
        for (String line : told.split("\n", -1)) {
            if (isChange(line)) {
                heading = line.toLowerCase(Locale.ROOT);
            } else if (heading.contains("gone")) {
                assertThat(lines.remove(line)).as("gone: %s", line).isTrue();
            } else {
                if (heading.contains("changed")) {
                    String label = line.substring(0, line.indexOf(": ") + 2);
                    assertThat(lines.stream().filter(one -> one.startsWith(label)))
                            .as("changed: %s", line)
                            .hasSize(1);
                    lines.removeIf(one -> one.startsWith(label));
                }
                lines.add(line);
            }
        }
        return String.join("\n", lines);
    }

    /** Returns the lines of each value in the order of the alphabet: a change in lines does not tell their place. */
    static Map<String, List<String>> inLines(Map<String, String> values) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        values.forEach((section, value) -> lines.put(
                section, value.lines().filter(line -> !line.isBlank()).sorted().toList()));
        return lines;
    }

    /** Returns a message's text without its notes and their separators. */
    String withoutNotes(String text) {
        return text.replaceAll("(?s)\n\n" + note.pattern() + "$", "").replaceAll("(?s)" + note.pattern() + "\n", "");
    }

    /** Returns the lines of a system text without what the proxy adds to it. */
    List<String> systemLines(String text) {
        String own = text.replaceAll("(?s)\n\n<" + tag + ">[^<]*</" + tag + ">", "")
                .replaceAll("<lane id=\"\\d+\"></lane>\n", "");
        return Arrays.stream(own.split("\n", -1))
                .filter(line -> !line.isBlank())
                .toList();
    }
}
