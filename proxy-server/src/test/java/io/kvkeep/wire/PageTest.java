package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.dated;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Policy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The live page: its files, its events, and what a turn tells when it is opened. */
class PageTest extends WireTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CREDENTIAL = "sk-harbour-4711";
    private static final String LONG = "High water comes twice a day. ".repeat(200);

    private RawMessage get(Kvkeep kvkeep, String target, String... headerLines) throws IOException {
        return asked(kvkeep, target, headerLines).answer();
    }

    private RawClient asked(Kvkeep kvkeep, String target, String... headerLines) throws IOException {
        return client(kvkeep.adminAddress().port())
                .send("GET " + target + " HTTP/1.1\r\n" + String.join("\r\n", headerLines)
                        + (headerLines.length == 0 ? "\r\n" : "\r\n\r\n"));
    }

    private Kvkeep idle() throws IOException {
        return proxy(engine(call -> call.answer(200, "{}")));
    }

    @ParameterizedTest
    @CsvSource({"/,text/html", "/page.css,text/css", "/page.js,text/javascript"})
    void itsFilesAreServedWithAPolicyThatLetsNothingElseIn(String path, String type) throws Exception {
        RawMessage file = get(idle(), path);

        assertThat(file.status()).isEqualTo(200);
        assertThat(file.header("content-type")).containsExactly(type + "; charset=utf-8");
        assertThat(file.header("content-security-policy").get(0))
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                        + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(file.header("x-content-type-options")).containsExactly("nosniff");
        assertThat(file.header("referrer-policy")).containsExactly("no-referrer");
        assertThat(file.header("cache-control")).containsExactly("no-store");
        assertThat(file.text()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/status", "/metrics", "/api/turns", "/api/turns/1", "/nowhere"})
    void everyAnswerHasThePolicy(String path) throws Exception {
        RawMessage answer = get(idle(), path, "Host: localhost");

        assertThat(answer.header("content-security-policy")).hasSize(1);
        assertThat(answer.header("x-content-type-options")).containsExactly("nosniff");
    }

    @Test
    void theMarkupHasNoScriptAndNoStyleOfItsOwnAndNothingFromOutside() throws Exception {
        Kvkeep kvkeep = idle();
        String page = get(kvkeep, "/").text();

        assertThat(page)
                .doesNotContainPattern("<script(?![^>]* src=\"/page\\.js\")")
                .doesNotContain("<style", " style=", "onclick", "http://", "https://", "//cdn");
        assertThat(get(kvkeep, "/page.js").text())
                .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://");
        assertThat(get(kvkeep, "/page.css").text()).doesNotContain("@import", "http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page.js", "/status", "/metrics", "/api/turns", "/api/turns/1", "/api/events"})
    void aNameThatLeadsHereIsRefused(String path) throws Exception {
        Kvkeep kvkeep = idle();
        RawMessage refused = get(kvkeep, path, "Host: evil.example:11436");

        assertThat(refused.status()).isIn(403, 503);
        assertThat(refused.text()).doesNotContain("{");
        assertThat(get(kvkeep, "/", "Host: 127.0.0.1:11436").status()).isEqualTo(200);
    }

    private String event(RawClient events) throws IOException {
        String chunk = new String(events.chunk(), UTF_8);
        return chunk.startsWith("retry:") || chunk.equals(":\n\n") ? event(events) : chunk;
    }

    @Test
    void aTurnIsToldAsItHappensAndAgainOnlyToWhoHadNotHeardOfIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine);
        RawClient events = asked(kvkeep, "/api/events");
        assertThat(events.head())
                .contains("200 OK", "text/event-stream", "content-security-policy")
                .doesNotContain("content-length");
        assertThat(event(events)).as("which run it is").contains("\"run\":\"", "\"turns\":[]");
        sent(kvkeep, engine, body(dated(21), user("hi")));

        String first = event(events);
        String id = first.lines()
                .filter(line -> line.startsWith("id: "))
                .findFirst()
                .orElseThrow()
                .substring(4);
        assertThat(first).contains("event: turns", "\"id\":1").endsWith("\n\n");
        assertThat(id).endsWith("-1");

        sent(kvkeep, engine, body(dated(21), user("hi"), assistant("Hello."), user("and now?")));
        assertThat(event(events)).contains("\"id\":2").doesNotContain("\"id\":1,");

        RawClient back = asked(kvkeep, "/api/events", "Last-Event-ID: " + id);
        back.head();
        assertThat(event(back)).contains("\"id\":2").doesNotContain("\"id\":1,");
        RawClient ofAnotherRun = asked(kvkeep, "/api/events", "Last-Event-ID: x-1");
        ofAnotherRun.head();
        assertThat(event(ofAnotherRun)).contains("\"id\":1,", "\"id\":2,");
    }

    @Test
    void onlySoManyPagesAreToldAndOneThatGoesMakesRoom() throws Exception {
        Kvkeep kvkeep = idle();
        List<RawClient> pages = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            RawClient page = asked(kvkeep, "/api/events");
            assertThat(page.head()).contains("200 OK");
            pages.add(page);
        }
        assertThat(get(kvkeep, "/api/events").status()).isEqualTo(503);

        pages.get(0).close();
        eventually("there is room again", () -> {
            try {
                return asked(kvkeep, "/api/events").head().contains("200 OK");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void whoAsksBehindARequestThatEndsTheConnectionTakesNoPlace() throws Exception {
        Kvkeep kvkeep = idle();
        for (int i = 0; i < 16; i++) {
            RawClient gone =
                    asked(kvkeep, "/healthz", "Host: localhost\r\n\r\nGET /api/events HTTP/1.1", "Host: localhost");
            assertThat(gone.answer().status()).isEqualTo(200);
            assertThat(gone.rest()).isEmpty();
        }

        assertThat(asked(kvkeep, "/api/events").head()).contains("200 OK");
    }

    @Test
    void aTurnTellsItsEditsAndBothSidesOfItsBreakWithoutAnyText() throws Exception {
        JsonNode turn = opened(false);

        assertThat(turn.path("showText").asBoolean(true)).isFalse();
        assertThat(turn.path("edits").findValuesAsText("reason")).contains("move-section", "carry-note");
        assertThat(turn.at("/edits/0/removedBytes").asInt()
                        + turn.at("/edits/0/addedBytes").asInt())
                .isPositive();
        JsonNode changed = turn.at("/came/rows/0");
        assertThat(turn.at("/came/earlier").asInt()).isEqualTo(1);
        assertThat(changed.at("/held/name").asText()).contains("date");
        assertThat(changed.at("/held/digest").asText())
                .hasSize(8)
                .isNotEqualTo(changed.at("/now/digest").asText());
        assertThat(turn.has("sent")).as("it goes on as sent").isFalse();
        assertThat(turn.toString())
                .doesNotContain("tide tables", "2026-11-2", "High water", "and now", "Hello.", CREDENTIAL, "note-");
    }

    @Test
    void textIsThereIfTheOperatorAllowsIt() throws Exception {
        JsonNode turn = opened(true);

        JsonNode lines = turn.at("/came/rows/0/lines");
        assertThat(turn.path("showText").asBoolean()).isTrue();
        assertThat(lines.toString())
                .contains("{\"mark\":\"gone\",\"text\":\"Current date: 2026-11-21\"}")
                .contains("{\"mark\":\"new\",\"text\":\"Current date: 2026-11-22\"}");
        assertThat(turn.path("edits").toString()).contains("\"removed\":", "Current date: 2026-11-22");
        assertThat(turn.toString()).doesNotContain(CREDENTIAL);
    }

    @Test
    void whatABreakCostsInSecondsIsToldWhereTheEngineTellsItsTimes() throws Exception {
        RawEngine engine = engine(
                "llamacpp",
                call -> call.answer(
                        200,
                        "{\"choices\":[{\"index\":0,\"message\":" + assistant("Hello.")
                                + ",\"finish_reason\":\"stop\"}],\"timings\":{\"cache_n\":0,\"prompt_n\":1500,"
                                + "\"prompt_ms\":3000.0}}"));
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(dated(21), user(LONG)));
        JsonNode told = turn(kvkeep, 1).path("turn");

        assertThat(told.at("/sent/cause").asText()).isEqualTo("first-sight");
        assertThat(told.at("/sent/behindTokens").asInt()).isEqualTo(1_500);
        assertThat(told.at("/sent/seconds").asDouble()).isEqualTo(3);
        assertThat(told.path("prefillMillis").asDouble()).isEqualTo(3_000);
        assertThat(told.path("tokensPerSecond").asDouble()).isEqualTo(500);
    }

    @Test
    void secondsAreMissingWhereTheEngineTellsNoTimes() throws Exception {
        JsonNode told = opened(false).path("turn");

        assertThat(told.has("came")).isTrue();
        assertThat(told.path("came").has("seconds")).isFalse();
        assertThat(told.has("prefillMillis")).isFalse();
        assertThat(told.has("tokensPerSecond")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/turns/77", "/api/turns/x", "/api/turns/", "/api/turns/1/2"})
    void aTurnThatIsNotThereIsNotFound(String path) throws Exception {
        assertThat(get(idle(), path).status()).isEqualTo(404);
    }

    /** Plays two turns with a date that moves on, and opens the second. */
    private JsonNode opened(boolean showsText) throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(
                engine.port(),
                config(
                        dataDir(),
                        Mode.REWRITE,
                        Policy.DEFAULT,
                        LedgerOptions.defaults().inMemory(),
                        LIMITS,
                        showsText));
        sent(kvkeep, engine, body(dated(21), user(LONG)), "Authorization: Bearer " + CREDENTIAL);
        turn(kvkeep, 1);
        sent(
                kvkeep,
                engine,
                body(dated(22), user(LONG), assistant("Hello."), user("and now?")),
                "Authorization: Bearer " + CREDENTIAL);
        return turn(kvkeep, 2);
    }

    /** A turn is there shortly after its answer. */
    private JsonNode turn(Kvkeep kvkeep, int id) throws Exception {
        RawMessage[] answer = new RawMessage[1];
        eventually("the turn is there", () -> {
            try {
                answer[0] = get(kvkeep, "/api/turns/" + id);
                return answer[0].status() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        return JSON.readTree(answer[0].text());
    }
}
