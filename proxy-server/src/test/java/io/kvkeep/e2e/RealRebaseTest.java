package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Claims about lanes whose notes outgrow their budget, in a real engine's own counts: one clean prompt takes their
 * place, and it is the question when it is read. They need what {@link Installed} names.
 */
class RealRebaseTest {
    private static final int TURNS = 6;
    private static final int MEMORY_CHARS = 4_500;
    /** Two notes behind the first one are more than half of the budget of 16 KiB. */
    private static final int HEAVY_TURN = 2;

    /** A turn reads its own words and its note; the clean prompt is all but the stable system text. */
    private static final double MOST = 0.5;

    @Test
    void withoutReadingAheadOneTurnPaysForTheCleanPrompt() {
        assertThat(readShares("read-ahead: {enabled: false}\n", 0)).anyMatch(share -> share > MOST);
    }

    @Test
    void inIdleTimeItIsReadForNobodyToWait() {
        assertThat(readShares("", 1)).allMatch(share -> share <= MOST);
    }

    /**
     * Plays turns with a new memory each, and tells which share of its prompt the engine read at each but the first.
     *
     * @param rebases how often notes are to be folded in idle time
     */
    private static List<Double> readShares(String settings, int rebases) {
        try (LlamaServer engine = LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE);
                KvkeepServer kvkeep = KvkeepServer.startWith(Installed.jar(), engine.uri(), settings)) {
            HermesSystemText system =
                    new HermesSystemText(List.of("- Branch: main"), List.of(), "Saturday, November 21, 2026");
            Filler filler = new Filler(1);
            Talk talk = Talk.begin(kvkeep, "");
            List<Double> shares = new ArrayList<>();
            for (int i = 0; i < TURNS; i++) {
                talk.message(0)
                        .put(
                                "content",
                                system.withMemory(filler.lines(MEMORY_CHARS)).text());
                JsonNode turn = talk.ask("What is new in turn " + i + "? " + Talk.words(i == 0 ? 200 : 1));
                shares.add(1
                        - turn.path("cachedTokens").asDouble()
                                / turn.path("promptTokens").asDouble());
                if (i == HEAVY_TURN) {
                    kvkeep.awaitReadAhead("rebase", rebases);
                }
            }
            System.out.printf("%d rebases in idle time; shares that were read: %s%n", rebases, shares);
            return shares.subList(1, TURNS);
        }
    }
}
