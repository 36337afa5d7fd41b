package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.Links;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One thread of conversation as the engine has it.
 *
 * @param id tells lanes apart; 0 for one that the ledger does not hold
 * @param tenant a hash of the credential
 * @param scope tenant, engine, model and agent, from which the chain starts
 * @param start what it keeps
 * @param chain a digest for each message, and one for an answer that the agent has not yet sent back; kept packed
 * @param sent the messages that were sent in another form than the agent's, by index
 * @param awaited the answer that the agent has not yet sent back; its digest is the last of the chain
 */
public record Lane(
        long id,
        long tenant,
        Digest scope,
        Start start,
        List<Digest> chain,
        List<Sent> sent,
        Optional<Emitted> awaited) {
    /** Stands for no lane. */
    public static final long NO_ID = 0;

    private static final int NOTES_BUDGET_BYTES = 16 << 10;

    /** Copies the lists. */
    public Lane {
        chain = Links.copyOf(chain);
        sent = List.copyOf(sent);
    }

    /** Returns the chain. */
    public Links links() {
        return (Links) chain;
    }

    /** Returns the same lane under an id. */
    public Lane withId(long newId) {
        return new Lane(newId, tenant, scope, start, chain, sent, awaited);
    }

    /** Returns an equal lane that shares what others have in common with it. */
    public Lane sharing(Digest sharedScope, Start sharedStart, List<Sent> sharedSent) {
        return new Lane(id, tenant, sharedScope, sharedStart, chain, sharedSent, awaited);
    }

    /** Returns the lane with the answer that came behind its last message. */
    public Lane answered(Emitted answer, Digest link) {
        return new Lane(id, tenant, scope, start, links().and(link), sent, Optional.of(answer));
    }

    /** Returns what was done to the first messages. */
    public List<Sent> sentUpTo(int messages) {
        int end = sent.size();
        while (end > 0 && sent.get(end - 1).message() >= messages) {
            end--;
        }
        return sent.subList(0, end);
    }

    /** Returns the values that the first messages have delivered, the newest of each section. */
    public Map<String, String> deliveredUpTo(int messages) {
        return deliveredUpTo(messages, Map.of());
    }

    /**
     * Returns the values that hold behind the first messages: the newest that was delivered of each section.
     *
     * @param messages zero to the length of the chain
     * @param standing the values that stand in the system text
     */
    public Map<String, String> deliveredUpTo(int messages, Map<String, String> standing) {
        Map<String, Sent> newest = new LinkedHashMap<>();
        for (Sent one : sent) {
            for (Value value : one.message() < messages ? one.values() : List.<Value>of()) {
                newest.remove(value.section());
                newest.put(value.section(), one);
            }
        }
        Map<String, String> values = new LinkedHashMap<>(standing);
        newest.forEach((section, one) -> {
            values.remove(section);
            one.text(section).ifPresent(text -> values.put(section, text));
        });
        return values;
    }

    /** Returns the fingerprints of the values that the first messages have delivered, the newest of each section. */
    Map<String, Long> printsUpTo(int messages) {
        Map<String, Value> newest = new HashMap<>();
        for (Sent one : sent) {
            for (Value value : one.message() < messages ? one.values() : List.<Value>of()) {
                newest.put(value.section(), value);
            }
        }
        Map<String, Long> prints = new HashMap<>();
        newest.forEach((section, value) -> {
            if (!(value instanceof Value.Gone)) {
                prints.put(section, value.print()); // some hash their words: of values that are past, for nothing
            }
        });
        return prints;
    }

    /** Returns how many bytes of notes lie behind the first note. */
    public int laterNoteBytes() {
        int bytes = 0;
        boolean first = true;
        for (Sent one : sent) {
            if (one.hasNote()) {
                bytes += first ? 0 : one.note().length();
                first = false;
            }
        }
        return bytes;
    }

    /**
     * Returns how many bytes notes behind the first one may take before a lane starts afresh with one clean prompt.
     *
     * @param bodyBytes the length of its request
     */
    public static int notesBudgetBytes(int bodyBytes) {
        return Math.max(NOTES_BUDGET_BYTES, bodyBytes / 5);
    }
}
