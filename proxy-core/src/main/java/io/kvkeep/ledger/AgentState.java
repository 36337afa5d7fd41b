package io.kvkeep.ledger;

import io.kvkeep.lane.Digest;
import java.util.ArrayList;
import java.util.List;
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
        return pinned(text.digest()).isPresent()
                ? this
                : new AgentState(scope, tools, systems, declared, bare, newest(pinned, text, MAX_PINNED));
    }

    /** Finds a pinned text. */
    public Optional<Pinned> pinned(Digest digest) {
        return pinned.stream().filter(text -> text.digest().equals(digest)).findFirst();
    }

    private static <T> List<T> newest(List<T> before, T added, int most) {
        List<T> all =
                new ArrayList<>(Stream.concat(before.stream(), Stream.of(added)).toList());
        return all.subList(Math.max(0, all.size() - most), all.size());
    }

    /**
     * A stable system text that is sent in place of later ones.
     *
     * @param digest its fingerprint as it came
     * @param texts one for each text part of the system messages
     */
    public record Pinned(Digest digest, List<String> texts) {
        /** Copies the list. */
        public Pinned {
            texts = List.copyOf(texts);
        }
    }
}
