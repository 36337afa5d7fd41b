package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.dated;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Mode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the admin port tells of the last prompts. */
class TurnsTest extends WireTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CREDENTIAL = "sk-harbour-4711";
    private static final String LONG = "High water comes twice a day. ".repeat(200);

    private static String answer(int promptTokens, int cachedTokens) {
        return "{\"choices\":[{\"index\":0,\"message\":" + assistant("Hello.") + ",\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":" + promptTokens + ",\"prompt_tokens_details\":{\"cached_tokens\":"
                + cachedTokens + "}}}";
    }

    @Test
    void aTurnTellsItsBreakAsItCameAndThatItGoesOnAsSent() throws Exception {
        RawEngine engine = engine("llamacpp", call -> call.answer(200, answer(1_000, 900)));
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(dated(21), user(LONG)), "Authorization: Bearer " + CREDENTIAL);
        turns(kvkeep, "", 1);
        sent(
                kvkeep,
                engine,
                body(dated(22), user(LONG), assistant("Hello."), user("and now?")),
                "Authorization: Bearer " + CREDENTIAL);

        JsonNode turns = turns(kvkeep, "", 2);
        JsonNode first = turns.path("turns").get(0);
        JsonNode second = turns.path("turns").get(1);
        assertThat(first.path("sent").path("cause").asText()).isEqualTo("first-sight");
        assertThat(second.has("sent")).isFalse();
        assertThat(second.path("came").path("cause").asText()).isEqualTo("section-changed");
        assertThat(second.path("came").path("subject").asText()).contains("date");
        assertThat(second.path("cachedTokens").asInt()).isEqualTo(900);
        assertThat(second.path("predictedTokens").asInt()).isEqualTo(1_000);
        assertThat(second.path("lane").asLong())
                .isPositive()
                .isEqualTo(first.path("lane").asLong());
        assertThat(second.path("edits").path("carry-note").asInt()).isPositive();
        assertThat(turns.path("last").asLong()).isEqualTo(2);
        assertThat(turns(kvkeep, "?since=1", 1).path("turns").get(0).path("id").asInt())
                .isEqualTo(2);
        assertThat(turns.toString())
                .doesNotContain("tide tables", "2026-11-2", "High water", "and now", "Hello.", CREDENTIAL, "note-");
        assertThat(kvkeep.scrape())
                .contains("kvkeep_breaks_total{agent=\"unknown\",cause=\"first-sight\"")
                .contains("kvkeep_break_tokens_total{agent=\"unknown\",cause=\"first-sight\"");
    }

    @Test
    void whatTheEngineDroppedIsToldEvenIfNothingIsRewritten() throws Exception {
        RawEngine engine = engine("vllm", call -> call.answer(200, answer(1_000, 0)));
        Kvkeep kvkeep = proxy(engine, Mode.OBSERVE, LIMITS);
        sent(kvkeep, engine, body(user(LONG)));
        turns(kvkeep, "", 1);
        sent(kvkeep, engine, body(user(LONG), assistant("Hello."), user("and now?")));

        JsonNode second = turns(kvkeep, "", 2).path("turns").get(1);
        assertThat(second.path("byEngine").path("cause").asText())
                .as("%s", second)
                .isEqualTo("evicted");
        assertThat(second.path("byEngine").path("behindTokens").asInt()).isEqualTo(1_000);
        assertThat(second.path("byEngine").path("remedy").asText()).isNotEmpty();
        assertThat(second.has("sent")).isFalse();
        assertThat(kvkeep.scrape()).contains("cause=\"evicted\"");
    }

    @Test
    void anotherQueryIsRefused() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")));

        assertThat(client(kvkeep.adminAddress().port())
                        .get("/api/turns?since=x")
                        .answer()
                        .status())
                .isEqualTo(400);
    }

    /** A turn is there shortly after its answer. */
    private JsonNode turns(Kvkeep kvkeep, String query, int wanted) throws IOException, InterruptedException {
        JsonNode[] page = new JsonNode[1];
        eventually("the turns are there", () -> {
            try {
                page[0] = JSON.readTree(client(kvkeep.adminAddress().port())
                        .get("/api/turns" + query)
                        .answer()
                        .text());
                return page[0].path("turns").size() == wanted;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return page[0];
    }
}
