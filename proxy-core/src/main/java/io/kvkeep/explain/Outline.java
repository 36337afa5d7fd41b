package io.kvkeep.explain;

import io.kvkeep.explain.Part.Kind;
import io.kvkeep.lane.Digest;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt's parts in the order in which an engine renders them: names, fingerprints and lengths, never text.
 *
 * @param tenant a hash of the credential
 * @param scope of tenant, engine, model, agent and the head of the stable system text
 * @param agent the agent's name
 * @param session a digest of the agent's session id; 0 if it tells none
 * @param side whether it is a side request
 * @param parts its sections, tools and messages
 */
public record Outline(long tenant, Digest scope, String agent, long session, boolean side, List<Part> parts) {
    /** Copies the list. */
    public Outline {
        parts = List.copyOf(parts);
    }

    /** Returns how many parts at the start are the same in both. */
    int common(Outline other) {
        int most = Math.min(parts.size(), other.parts.size());
        int same = 0;
        while (same < most && parts.get(same).reads(other.parts.get(same))) {
            same++;
        }
        return same;
    }

    /** Returns the length of the first parts in bytes. */
    int bytes(int count) {
        int bytes = 0;
        for (Part part : parts.subList(0, count)) {
            bytes += part.bytes();
        }
        return bytes;
    }

    /** Returns its whole length in bytes. */
    public int bytes() {
        return bytes(parts.size());
    }

    /** Returns the index of a part among the messages behind the system text. */
    int message(int part) {
        return (int) parts.subList(0, part).stream()
                .filter(one -> one.kind() == Kind.MESSAGE)
                .count();
    }

    /** Returns the index of the newest message of the user, or -1. */
    int lastUser() {
        int last = parts.size() - 1;
        while (last >= 0 && !parts.get(last).isUser()) {
            last--;
        }
        return last;
    }

    /** Returns an equal outline that holds the first parts of another, which are the same. */
    Outline sharing(Outline other, int common) {
        List<Part> shared = new ArrayList<>(other.parts.subList(0, common));
        shared.addAll(parts.subList(common, parts.size()));
        return new Outline(tenant, scope, agent, session, side, shared);
    }

    /**
     * A prompt twice.
     *
     * @param came as the agent sent it
     * @param sent as the engine gets it
     */
    public record Pair(Outline came, Outline sent) {}
}
