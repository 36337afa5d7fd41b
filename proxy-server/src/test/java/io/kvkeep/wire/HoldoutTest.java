package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.dated;
import static io.kvkeep.wire.Talk.open;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Config;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Policy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A share of conversations goes out as it came, and what would be gained is told of those. */
class HoldoutTest extends WireTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TALKS = 60;
    private static final String HELLO = "{\"choices\":[{\"index\":0,\"message\":" + assistant("Hello.")
            + ",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":100,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":40}},\"timings\":{\"prompt_n\":1000,\"prompt_ms\":500}}";

    @Test
    void aConversationStaysInItsGroupAlsoAfterARestartAndTheShareIsAboutTheOneAskedFor() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, HELLO));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, 30));
        List<Boolean> first = new ArrayList<>();
        for (int talk = 0; talk < TALKS; talk++) {
            String one = body(dated(21), user("hi " + talk));
            String two = body(dated(22), user("hi " + talk), assistant("Hello."), user("And now?"));
            boolean asItCame = sent(kvkeep, engine, one).equals(one);
            assertThat(sent(kvkeep, engine, two).equals(two)).isEqualTo(asItCame);
            first.add(asItCame);
        }
        assertThat(first.stream().filter(asItCame -> asItCame).count()).isBetween(8L, 30L);

        kvkeep.close();
        Kvkeep again = proxy(engine.port(), config(Mode.REWRITE, 30));
        for (int talk = 0; talk < TALKS; talk++) {
            String three = body(
                    dated(22),
                    user("hi " + talk),
                    assistant("Hello."),
                    user("And now?"),
                    assistant("Hello."),
                    user("Bye."));
            assertThat(sent(again, engine, three).equals(three)).isEqualTo(first.get(talk));
        }
    }

    @Test
    void allThatOneSessionSendsIsInOneGroup() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, HELLO));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, 50));
        int asTheyCame = 0;
        for (int session = 0; session < 20; session++) {
            String id = "X-Session-Affinity: ses_" + session;
            boolean main = goesAsItCame(kvkeep, engine, opencode("hi " + session), id);
            for (int side = 0; side < 4; side++) {
                assertThat(goesAsItCame(kvkeep, engine, opencode("side " + side + " of " + session), id))
                        .isEqualTo(main);
            }
            asTheyCame += main ? 1 : 0;
        }
        assertThat(asTheyCame).isBetween(3, 17);
    }

    private static String opencode(String words) {
        return body(
                Talk.system("You are opencode, an interactive CLI tool.\nToday's date: Sat Nov 21 2026\nBe brief."),
                user(words));
    }

    private static boolean goesAsItCame(Kvkeep kvkeep, RawEngine engine, String body, String header) throws Exception {
        return sent(kvkeep, engine, body, header, "User-Agent: opencode/1.18.0").equals(body);
    }

    @Test
    void aConversationUnderWayStaysRewrittenWhenAHoldoutBegins() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, 0));
        List<String> before = new ArrayList<>();
        for (int talk = 0; talk < 20; talk++) {
            before.add(sent(kvkeep, engine, body(dated(21), user("hi " + talk))));
        }
        kvkeep.apply(config(Mode.REWRITE, 50));
        for (int talk = 0; talk < 20; talk++) {
            String next = body(dated(21), user("hi " + talk), assistant("Hello."), user("And now?"));
            assertThat(sent(kvkeep, engine, next)).startsWith(open(before.get(talk)));
        }
    }

    @Test
    void bothGroupsAreComparedInStatusAndMetrics() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, HELLO));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, 50));
        int rewritten = 0;
        for (int talk = 0; talk < 20; talk++) {
            rewritten +=
                    sent(kvkeep, engine, body(dated(21), user("hi " + talk))).contains("<note-") ? 1 : 0;
        }
        int apart = 20 - rewritten;
        eventually("all are settled", () -> metric(kvkeep, "kvkeep_holdout_turns_total") == 20);
        JsonNode groups = proof(kvkeep).path("groups");
        Set<Long> lanes = new HashSet<>();
        turns(kvkeep).forEach(turn -> lanes.add(turn.path("lane").asLong()));
        assertThat(lanes).as("lanes of both groups are told apart").hasSize(20);

        assertThat(groups.path("rewritten").path("turns").asInt())
                .isEqualTo(rewritten)
                .isPositive();
        assertThat(groups.path("as-it-came").path("turns").asInt())
                .isEqualTo(apart)
                .isPositive();
        assertThat(groups.path("as-it-came")
                        .path("reported")
                        .path("readAgainShare")
                        .asDouble())
                .isEqualTo(0.6);
        assertThat(groups.path("rewritten").path("meanFirstTokenMillis").isNumber())
                .isTrue();
        assertThat(metric(kvkeep, "kvkeep_holdout_turns_total", "group=\"as-it-came\""))
                .isEqualTo(apart);
        assertThat(metric(kvkeep, "kvkeep_holdout_time_to_first_token_seconds_count", "group=\"rewritten\""))
                .isEqualTo(rewritten);
        assertThat(metric(
                        kvkeep,
                        "kvkeep_holdout_prompt_tokens_total",
                        "group=\"as-it-came\"",
                        "source=\"reported\"",
                        "reuse=\"reprocessed\""))
                .isEqualTo(60 * apart);
    }

    @Test
    void observingTellsWhatWouldBeGainedAndChangesNothing() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, HELLO));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.OBSERVE, 0));
        for (int day = 21; day < 25; day++) {
            String body = body(rules(day), user("hi"));
            assertThat(sent(kvkeep, engine, body)).isEqualTo(body);
        }
        eventually("all are settled", () -> turns(kvkeep).size() == 4);
        JsonNode last = turns(kvkeep).get(3);

        assertThat(last.path("predictedTokens").asLong())
                .isEqualTo(last.path("predictedAsItCameTokens").asLong());
        assertThat(last.path("predictedIfRewrittenTokens").asLong())
                .as("all rules behind the date")
                .isGreaterThan(last.path("predictedTokens").asLong());
        JsonNode would = proof(kvkeep).path("wouldGain");
        assertThat(would.path("turns").asInt()).isEqualTo(4);
        assertThat(would.path("tokens").asLong()).isPositive();
        assertThat(would.path("seconds").isNumber()).isTrue();
        assertThat(readAgain(kvkeep, "if-rewritten")).isLessThan(readAgain(kvkeep, "as-it-came"));
        assertThat(metric(kvkeep, "kvkeep_prefill_tokens_per_second")).isCloseTo(2_000, within(0.01));
        assertThat(kvkeep.scrape()).doesNotContain("kvkeep_prefill_saved_seconds", "kvkeep_holdout_turns");
    }

    @Test
    void secondsAreCountedAtTheSpeedThatTheEngineTellsAndNotBeforeItIsKnown() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, call.message().text().contains("speed") ? HELLO : "{}"));
        Kvkeep kvkeep = proxy(engine.port(), config(Mode.REWRITE, 0));
        sent(kvkeep, engine, body(dated(21), user("hi")));
        eventually("it is settled", () -> turns(kvkeep).size() == 1);
        assertThat(kvkeep.scrape()).doesNotContain("kvkeep_prefill_");
        assertThat(proof(kvkeep).path("gained").has("seconds")).isFalse();

        sent(kvkeep, engine, body(rules(21), user("speed")));
        sent(kvkeep, engine, body(rules(22), user("speed")));
        eventually("they are settled", () -> turns(kvkeep).size() == 3);
        assertThat(metric(kvkeep, "kvkeep_prefill_saved_seconds_total")).isPositive();
        assertThat(proof(kvkeep).path("gained").path("seconds").isNumber()).isTrue();
    }

    private static double readAgain(Kvkeep kvkeep, String form) {
        return metric(kvkeep, "kvkeep_observed_prompt_tokens_total", "form=\"" + form + "\"", "reuse=\"reprocessed\"");
    }

    private static String rules(int day) {
        return Talk.system("You keep the tide tables.\n\nCurrent date: 2026-11-" + day + "\n\n"
                + "Be brief, and exact. ".repeat(400));
    }

    private Config config(Mode mode, int holdoutPercent) {
        Config usual =
                config(dataDir(), mode, Policy.DEFAULT, LedgerOptions.defaults().inMemory(), LIMITS, false);
        return with(usual, usual.repeats(), usual.readAhead(), holdoutPercent);
    }

    private JsonNode proof(Kvkeep kvkeep) throws IOException {
        return page(kvkeep, "/status").path("proof");
    }

    private JsonNode turns(Kvkeep kvkeep) {
        try {
            return page(kvkeep, "/api/turns").path("turns");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode page(Kvkeep kvkeep, String path) throws IOException {
        return JSON.readTree(
                client(kvkeep.adminAddress().port()).get(path).answer().text());
    }
}
