package io.kvkeep.ledger;

import io.kvkeep.lane.Digest;
import io.kvkeep.section.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What all lanes of one agent share under one tenant, engine and model.
 *
 * @param scope the digest from which their chains start
 * @param tools names of tools in the order in which they were first sent
 * @param systems fingerprints of system texts that came, the newest last
 * @param declared fingerprints of stable texts that were sent with the sentence on notes, the newest last
 * @param bare fingerprints of stable texts that were sent without it, the newest last
 * @param pinned stable texts that stand for later ones, the newest last; kept only if the operator wants that
 */
public record AgentState(
        Digest scope,
        List<String> tools,
        List<Digest> systems,
        List<Digest> declared,
        List<Digest> bare,
        List<Pinned> pinned) {
    private static final int MAX_TEXTS = 64;
    private static final int MAX_PINNED = 8;
    private static final int DIGEST_BYTES = 36;
    private static final int STRING_BYTES = 56;

    /** Copies the lists. */
    public AgentState {
        tools = List.copyOf(tools);
        systems = List.copyOf(systems);
        declared = List.copyOf(declared);
        bare = List.copyOf(bare);
        pinned = List.copyOf(pinned);
    }

    /** An agent of which nothing has been sent. */
    public static AgentState unseen(Digest scope) {
        return new AgentState(scope, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** Returns the state with the tools in that order. */
    public AgentState withTools(List<String> order) {
        return new AgentState(scope, order, systems, declared, bare, pinned);
    }

    /** Returns the state with a system text that came. */
    public AgentState withSystem(Digest system) {
        return systems.contains(system)
                ? this
                : new AgentState(scope, tools, newest(systems, system, MAX_TEXTS), declared, bare, pinned);
    }

    /** Returns the state with a stable text that was sent with the sentence on notes. */
    public AgentState withDeclared(Digest stable) {
        return declared.contains(stable)
                ? this
                : new AgentState(scope, tools, systems, newest(declared, stable, MAX_TEXTS), bare, pinned);
    }

    /** Returns the state with a stable text that was sent without the sentence on notes. */
    public AgentState withBare(Digest stable) {
        return bare.contains(stable)
                ? this
                : new AgentState(scope, tools, systems, declared, newest(bare, stable, MAX_TEXTS), pinned);
    }

    /** Tells whether a stable text was sent before, with the sentence on notes or without. */
    public boolean hasSent(Digest stable) {
        return declared.contains(stable) || bare.contains(stable);
    }

    /** Returns the state with a pinned text. */
    public AgentState withPinned(Pinned text) {
        return pinned(text.sent()).isPresent()
                ? this
                : new AgentState(scope, tools, systems, declared, bare, newest(pinned, text, MAX_PINNED));
    }

    /** Finds the pinned text that was sent with that fingerprint. */
    public Optional<Pinned> pinned(Digest sent) {
        return pinned.stream().filter(text -> text.sent().equals(sent)).findFirst();
    }

    /** Returns about how much memory it takes. */
    public int bytes() {
        int bytes = 200 + DIGEST_BYTES * (systems.size() + declared.size() + bare.size());
        for (String tool : tools) {
            bytes += bytes(tool);
        }
        for (Pinned one : pinned) {
            bytes += 4 * DIGEST_BYTES;
            for (String text : one.texts()) {
                bytes += bytes(text);
            }
            for (Standing section : one.standing()) {
                bytes += bytes(section.name()) + bytes(section.whole()) + bytes(section.value());
            }
        }
        return bytes;
    }

    private static int bytes(String text) {
        return STRING_BYTES + 2 * text.length();
    }

    private static <T> List<T> newest(List<T> before, T added, int most) {
        List<T> all =
                new ArrayList<>(Stream.concat(before.stream(), Stream.of(added)).toList());
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /**
     * A stable system text that is sent in place of later ones.
     *
     * @param digest its fingerprint as it came, without volatile sections
     * @param sent its fingerprint as it is sent, with those that stand in it
     * @param texts one for each text part of the system messages, without volatile sections
     * @param standing the volatile sections that stand in it, in the order of the text
     */
    public record Pinned(Digest digest, Digest sent, List<String> texts, List<Standing> standing) {
        /** Copies the lists. */
        public Pinned {
            texts = List.copyOf(texts);
            standing = List.copyOf(standing);
        }

        /** A text in which no volatile section stands. */
        public Pinned(Digest digest, List<String> texts) {
            this(digest, digest, texts, List.of());
        }

        /** Returns the texts as they are sent. */
        public List<String> whole() {
            List<String> whole = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                StringBuilder text = new StringBuilder(texts.get(i));
                int added = 0;
                for (Standing section : standing) {
                    if (section.text() == i) {
                        text.insert(section.at() + added, section.whole());
                        added += section.whole().length();
                    }
                }
                whole.add(text.toString());
            }
            return whole;
        }

        /** Returns what the sections that stand in it say, by their names. */
        public Map<String, String> values() {
            Map<String, String> values = new LinkedHashMap<>();
            standing.forEach(section -> values.put(section.name(), section.value()));
            return values;
        }
    }

    /**
     * A volatile section that stands in a pinned text as it was first sent; notes tell what it says since.
     *
     * @param text index of the text
     * @param at offset in the text without volatile sections
     * @param name its name among those of its request
     * @param whole its characters, separators included
     * @param value the same without separators
     */
    public record Standing(int text, int at, String name, Kind kind, String whole, String value) {}
}
