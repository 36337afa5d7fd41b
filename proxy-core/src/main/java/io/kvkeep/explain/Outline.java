package io.kvkeep.explain;

import io.kvkeep.explain.Part.Kind;
import io.kvkeep.lane.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A prompt's parts in the order in which an engine renders them: names, fingerprints and lengths, never text. */
public final class Outline {
    private final long tenant;
    private final Digest scope;
    private final String agent;
    private final long session;
    private final boolean side;
    private final List<Part> parts;
    /** Bytes and words of each part, side by side: every outline is compared with all that are held. */
    private final long[] reads;

    private final long[] words;
    /** How many bytes lie before each part, and behind the last. */
    private final int[] ends;

    /**
     * Makes an outline.
     *
     * @param tenant a hash of the credential
     * @param scope of tenant, engine, model, agent and the head of the stable system text
     * @param agent the agent's name
     * @param session a digest of the agent's session id; 0 if it tells none
     * @param side whether it is a side request
     * @param parts its sections, tools and messages
     */
    Outline(long tenant, Digest scope, String agent, long session, boolean side, List<Part> parts) {
        this.tenant = tenant;
        this.scope = scope;
        this.agent = agent;
        this.session = session;
        this.side = side;
        this.parts = List.copyOf(parts);
        this.reads = new long[parts.size()];
        this.words = new long[parts.size()];
        this.ends = new int[parts.size() + 1];
        for (int i = 0; i < reads.length; i++) {
            reads[i] = parts.get(i).reads();
            words[i] = parts.get(i).words();
            ends[i + 1] = ends[i] + parts.get(i).bytes();
        }
    }

    long tenant() {
        return tenant;
    }

    Digest scope() {
        return scope;
    }

    String agent() {
        return agent;
    }

    long session() {
        return session;
    }

    boolean side() {
        return side;
    }

    List<Part> parts() {
        return parts;
    }

    /** Returns how many parts at the start an {@linkplain Part#isLike engine reads alike}. */
    int common(Outline other) {
        int at = Arrays.mismatch(reads, other.reads);
        int both = Math.min(reads.length, other.reads.length);
        while (at >= 0 && at < both && words[at] != 0 && words[at] == other.words[at]) {
            int next = Arrays.mismatch(reads, at + 1, reads.length, other.reads, at + 1, other.reads.length);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return at < 0 ? reads.length : at;
    }

    /** Returns the length of the first parts in bytes. */
    int bytes(int count) {
        return ends[count];
    }

    /** Returns its whole length in bytes. */
    public int bytes() {
        return bytes(parts.size());
    }

    /** Returns the index of a part among the messages behind the system text. */
    int message(int part) {
        int messages = 0;
        for (int i = 0; i < part; i++) {
            messages += parts.get(i).kind() == Kind.MESSAGE ? 1 : 0;
        }
        return messages;
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
