package io.kvkeep.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.template.Fact;
import io.kvkeep.template.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;

/**
 * Finds out whether {@code id_slot} brings a conversation back to what its slot of llama.cpp holds (b11434). It does
 * with split slots; under the unified KV of a default start every idle slot is cleared when another works, and pinning
 * reads everything again. No page of the engine tells which it is, so three tiny prompts do: two that begin alike into
 * two slots, then the first, a little longer, into its slot again.
 *
 * <p>Slots that have not been used yet are taken if there are two, else those in which no conversation is known to be: a
 * kvkeep that was restarted must not push out what it goes on with.
 */
public final class SlotTrial {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEGINNING = "A harbour keeps a list of ships, and of the tides that carry them. ";

    private SlotTrial() {}

    /**
     * Tries it if nothing else runs.
     *
     * @param quiet tells whether kvkeep has no open request of its own
     * @param inUse tells whether a conversation is known to be in a slot
     * @return what was shown; empty if the engine is at work or its slots are in use, and may be asked later
     */
    public static Optional<Fact<Truth>> run(EngineHttp http, BooleanSupplier quiet, IntPredicate inUse) {
        JsonNode slots = http.get("/slots").json();
        if (!slots.isArray()) {
            return Optional.of(new Fact<>(Truth.UNKNOWN, "/slots is not served, so no idle slot is seen"));
        }
        if (slots.size() < 2) {
            return Optional.of(new Fact<>(Truth.NO, "/slots: there is one slot"));
        }
        List<Integer> chosen = choose(slots, inUse);
        if (chosen.size() < 2 || !quiet.getAsBoolean() || !isIdle(slots)) {
            return Optional.empty();
        }
        long first = cached(http, chosen.get(0), BEGINNING + "The first ship is grey.");
        long second = first < 0 || !quiet.getAsBoolean()
                ? -1
                : cached(http, chosen.get(1), BEGINNING + "The second is blue.");
        if (second < 0 || !quiet.getAsBoolean()) {
            return Optional.empty();
        }
        long again = cached(http, chosen.get(0), BEGINNING + "The first ship is grey. It has two masts.");
        if (again < 0) {
            return Optional.empty();
        }
        return Optional.of(new Fact<>(
                again > 0 ? Truth.YES : Truth.NO,
                "/completion: a prompt pinned to slot " + chosen.get(0) + " found " + again
                        + " tokens in the cache after slot " + chosen.get(1) + " was used"));
    }

    private static boolean isIdle(JsonNode slots) {
        for (JsonNode slot : slots) {
            if (slot.path("is_processing").asBoolean(true)) {
                return false;
            }
        }
        return true;
    }

    private static List<Integer> choose(JsonNode slots, IntPredicate inUse) {
        List<Integer> unused = new ArrayList<>();
        List<Integer> free = new ArrayList<>();
        for (JsonNode slot : slots) {
            int id = slot.path("id").asInt();
            if (!slot.has("id_task")) {
                unused.add(id);
            }
            if (!inUse.test(id)) {
                free.add(id);
            }
        }
        return unused.size() >= 2 ? unused : free;
    }

    /** Returns how many tokens of a prompt came from the cache; -1 if the engine did not say. */
    private static long cached(EngineHttp http, int slot, String prompt) {
        ObjectNode body = JSON.createObjectNode()
                .put("prompt", prompt)
                .put("id_slot", slot)
                .put("n_predict", 1)
                .put("cache_prompt", true);
        JsonNode count = http.post("/completion", body).json().path("timings").path("cache_n");
        return count.canConvertToLong() ? count.asLong() : -1;
    }
}
