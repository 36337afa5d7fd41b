package io.kvkeep.ledger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * The system text of an agent: rules that stay, and values that change, appear and vanish.
 *
 * <p>All words are drawn from a source that never gives the same twice, so a text can be traced to its session.
 */
final class Instructions {
    /** Whose system text it looks like. */
    enum Shape {
        /** Workspace, tool chain, memory, profile of the user and a clock at the end. */
        HERMES,
        /** An agent of which nothing is known, with a date line somewhere. */
        DATED,
        /** An agent of which nothing is known, without a value that changes. */
        PLAIN,
        /** An agent with a profile of its own: a nonce, session ids in a header, a date line. */
        PILOT
    }

    private static final String HERMES = "You are Hermes Agent, an intelligent AI assistant created by Nous Research. ";
    private static final String BAR = "═".repeat(46);

    private final Shape shape;
    private final Words words;
    private final String identity;
    private final List<String> rules = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final int dateAt;
    private String nonce;

    Instructions(Shape shape, int variant, Words words, Random random) {
        this.shape = shape;
        this.words = words;
        String start =
                shape == Shape.HERMES ? HERMES : "You are " + (shape == Shape.PILOT ? "Pilot" : "a helper") + ". ";
        identity =
                start + "This is number " + variant + ". " + "Keep the books and the tide tables in order. ".repeat(4);
        for (int i = 0; i < 12; i++) {
            rules.add("- never push to main " + words.next() + " " + words.next());
        }
        dateAt = random.nextInt(3);
        nonce = words.next();
        if (shape != Shape.PLAIN) {
            values.put(clockName(), clock(1));
        }
    }

    private Instructions(Instructions other, Words words) {
        shape = other.shape;
        this.words = words;
        identity = other.identity;
        rules.addAll(other.rules);
        values.putAll(other.values);
        dateAt = other.dateAt;
        nonce = other.nonce;
    }

    /** Returns the same system text for another session, whose new words are its own. */
    Instructions copy(Words own) {
        return new Instructions(this, own);
    }

    Shape shape() {
        return shape;
    }

    /** Returns what keeps its conversations apart from those of other agents. */
    String identity() {
        return identity;
    }

    /** Returns the values that hold, by section, in the order of the text. */
    Map<String, String> values() {
        Map<String, String> ordered = new LinkedHashMap<>();
        for (String name : List.of("workspace", "python-toolchain", "memory", "user-profile")) {
            if (values.containsKey(name)) {
                ordered.put(name, values.get(name));
            }
        }
        values.forEach(ordered::putIfAbsent);
        return ordered;
    }

    /** Returns the lines that are no values. */
    List<String> stableLines() {
        return text(Map.of())
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("x-billing"))
                .toList();
    }

    String text() {
        return text(values());
    }

    private String text(Map<String, String> shown) {
        List<String> paragraphs = new ArrayList<>();
        if (shape == Shape.PILOT) {
            paragraphs.add("x-billing: " + nonce);
        }
        paragraphs.add(identity);
        paragraphs.add(String.join("\n", rules));
        if (shape == Shape.HERMES) {
            paragraphs.addAll(shown.values());
            return String.join("\n\n", paragraphs) + "\nModel: m";
        }
        paragraphs.add("Skills: read, write.");
        String date = shown.getOrDefault("current-date", "");
        if (!date.isEmpty()) {
            paragraphs.add(Math.min(dateAt + 1, paragraphs.size()), date);
        }
        return String.join("\n\n", paragraphs);
    }

    /** Changes a value, adds one or takes one away; returns what it did. */
    String change(Random random) {
        if (shape == Shape.PILOT) {
            nonce = words.next();
        }
        if (shape == Shape.PLAIN) {
            return "no-value";
        }
        if (shape != Shape.HERMES || random.nextInt(4) == 0) {
            values.put(clockName(), clock(1 + random.nextInt(28)));
            return "clock";
        }
        String name = List.of("workspace", "python-toolchain", "memory", "memory", "user-profile")
                .get(random.nextInt(5));
        if (values.containsKey(name) && random.nextInt(4) == 0) {
            values.remove(name);
            return "section-gone";
        }
        String before = values.get(name);
        values.put(name, before != null && name.equals("memory") ? remember(before, random) : drawn(name, random));
        return before != null ? "section-changed" : "section-new";
    }

    /** Edits one rule, or writes all of them anew. */
    void changeRules(boolean all) {
        for (int i = all ? 0 : rules.size() / 2; i < (all ? rules.size() : rules.size() / 2 + 1); i++) {
            rules.set(i, "- never push to main " + words.next() + " " + words.next());
        }
    }

    private String drawn(String name, Random random) {
        return switch (name) {
            case "workspace" ->
                "Workspace (snapshot at session start — re-check with `git` before acting on it):\n- Root: /srv/"
                        + words.next() + "\n- Status: " + words.next();
            case "python-toolchain" -> "Python toolchain: python3=3.12.4 (" + words.next() + ").";
            case "memory" ->
                block(
                        "MEMORY (your personal notes) [4% — 9/2,200 chars]",
                        facts(random.nextInt(3) == 0 ? 80 : 1 + random.nextInt(30)));
            default -> block("USER PROFILE (who the user is) [2% — 31/1,375 chars]", facts(1));
        };
    }

    /** Memory grows and shrinks by single lines, as an agent edits it. */
    private String remember(String before, Random random) {
        if (random.nextInt(3) == 0) {
            return drawn("memory", random);
        }
        List<String> lines = new ArrayList<>(before.lines().toList());
        if (lines.size() > 6 && random.nextBoolean()) {
            lines.remove(4);
        }
        lines.add(3 + random.nextInt(lines.size() - 2), facts(1 + random.nextInt(2)));
        return String.join("\n", lines);
    }

    private String facts(int count) {
        List<String> facts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            facts.add(
                    "Fact " + words.next() + ": the gauge at the pier reads in feet, not \"metres\" — " + words.next());
        }
        return String.join("\n", facts);
    }

    private static String block(String title, String facts) {
        return BAR + '\n' + title + '\n' + BAR + '\n' + facts;
    }

    private String clockName() {
        return shape == Shape.HERMES ? "conversation-started" : "current-date";
    }

    private String clock(int day) {
        return shape == Shape.HERMES
                ? String.format(Locale.ROOT, "Conversation started: Friday, November %02d, 2026", day)
                : String.format(Locale.ROOT, "Current date: 2026-11-%02d", day);
    }
}
