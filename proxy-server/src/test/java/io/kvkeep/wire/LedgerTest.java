package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.call;
import static io.kvkeep.wire.Talk.dated;
import static io.kvkeep.wire.Talk.hermes;
import static io.kvkeep.wire.Talk.open;
import static io.kvkeep.wire.Talk.result;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.Kvkeep;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Conversations that go on: what was sent stays as it was sent, and what changed is said behind it. */
class LedgerTest extends WireTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern NOTE = Pattern.compile("<(note-[0-9a-f]{6})[ >].+?</\\1>", Pattern.DOTALL);
    private static final String HELLO = assistant("Hello.");

    @Test
    void aNoteIsThereAgainByteForByteAlthoughTheClientSendsTheMessageWithoutIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine);
        String first = sent(kvkeep, engine, body(dated(21), user("hi")));
        String second = sent(kvkeep, engine, body(dated(21), user("hi"), HELLO, user("And now?")));

        assertThat(notes(first)).isEqualTo(1);
        assertThat(second).isEqualTo(open(first) + "," + HELLO + "," + user("And now?") + "]}");
    }

    @Test
    void anotherDateIsSaidInTheNewestUserMessage() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine);
        String first = sent(kvkeep, engine, body(dated(21), user("hi")));
        String second = sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("And now?")));
        String third =
                sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("And now?"), HELLO, user("Thanks.")));

        assertThat(second).startsWith(open(first));
        assertThat(notes(second)).isEqualTo(2);
        assertThat(content(second, 3))
                .containsPattern("(?s)^<note-[^>]+>Current date: 2026-11-22</note-[^>]+>\nAnd now\\?$");
        assertThat(third).isEqualTo(open(second) + "," + HELLO + "," + user("Thanks.") + "]}");
    }

    @Test
    void aChangedMemoryIsSaidInTheNewestUserMessageOrToolResultAndTheSystemTextStays() throws Exception {
        String calls = call("", "{}");
        RawEngine engine = engine(call -> {
            boolean asked = call.message().text().contains("Look");
            call.answer(200, answer(asked ? calls : HELLO));
        });
        Kvkeep kvkeep = proxy(engine);
        String first = sent(kvkeep, engine, body(hermes("The gauge reads in feet."), user("hi")));
        String second = sent(
                kvkeep, engine, body(hermes("The gauge reads in metres."), user("hi"), HELLO, user("Look at it.")));
        String third = sent(
                kvkeep,
                engine,
                body(hermes("The gauge is broken."), user("hi"), HELLO, user("Look at it."), calls, result("4.2")));

        assertThat(content(first, 0)).doesNotContain("gauge");
        assertThat(content(first, 1)).contains("The gauge reads in feet.");
        assertThat(second).startsWith(open(first));
        assertThat(content(second, 3)).contains("The gauge reads in metres.").endsWith(">\nLook at it.");
        assertThat(third).startsWith(open(second));
        assertThat(content(third, 5)).startsWith("4.2\n\n<note-").contains("The gauge is broken.");
        assertThat(JSON.readTree(third).path("messages")).hasSize(6);
    }

    @Test
    void aToolThatComesLateStandsBehindTheOthers() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine);
        String first = sent(kvkeep, engine, withTools("run", "gauge"));
        String second = sent(kvkeep, engine, withTools("ask", "gauge", "run"));

        assertThat(first).isEqualTo(withTools("run", "gauge"));
        assertThat(second).isEqualTo(withTools("run", "gauge", "ask"));
    }

    private static String withTools(String... names) {
        StringBuilder tools = new StringBuilder();
        for (String name : names) {
            tools.append(tools.length() == 0 ? "" : ",")
                    .append("{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\"}}");
        }
        return "{\"model\":\"m\",\"tools\":[" + tools + "],\"messages\":[" + user("hi") + "]}";
    }

    @Test
    void twoTenantsNeverSeeEachOthersNotes() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine);
        String first = sent(kvkeep, engine, body(dated(21), user("hi")), "Authorization: Bearer one");
        String other =
                sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("And now?")), "Authorization: Bearer two");
        String again =
                sent(kvkeep, engine, body(dated(21), user("hi"), HELLO, user("And now?")), "Authorization: Bearer one");

        assertThat(other).doesNotContain("2026-11-21").doesNotContain(tag(first));
        assertThat(content(other, 1)).as("the whole of it, at its first place").contains("2026-11-22");
        assertThat(again).startsWith(open(first)).doesNotContain("2026-11-22").doesNotContain(tag(other));
    }

    @Test
    void aCredentialInAnyOfItsHeadersKeepsTenantsApart() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine);
        String none = sent(kvkeep, engine, body(dated(21), user("hi")));
        String key = sent(kvkeep, engine, body(dated(21), user("hi")), "X-Api-Key: one");
        String otherKey = sent(kvkeep, engine, body(dated(21), user("hi")), "Api-Key: one");

        assertThat(tag(none)).isNotEqualTo(tag(key)).isNotEqualTo(tag(otherKey));
        assertThat(tag(key)).isNotEqualTo(tag(otherKey));
    }

    @Test
    void aRefusedRequestLeavesNoLaneBehindAndTheNextTurnGoesOutAsItCame() throws Exception {
        RawEngine engine = engine(call -> {
            boolean rewritten = call.message().text().contains("<note-");
            call.answer(rewritten ? 400 : 200, rewritten ? "{\"error\":1}" : answer(HELLO));
        });
        Kvkeep kvkeep = proxy(engine);
        String first = body(dated(21), user("hi"));
        assertThat(sent(kvkeep, engine, first)).contains("<note-");
        assertThat(engine.next().message().text()).isEqualTo(first);
        assertThat(lanes(kvkeep)).isZero();

        String second = body(dated(22), user("hi"), HELLO, user("And now?"));
        assertThat(sent(kvkeep, engine, second)).isEqualTo(second);
        assertThat(engine.untaken()).isEmpty();
        assertThat(lanes(kvkeep)).isZero();
    }

    @Test
    void whatWasInARequestThatIsRefusedInBothFormsIsSaidAgain() throws Exception {
        RawEngine engine = engine(call -> {
            boolean refused = call.message().text().contains("too long");
            call.answer(refused ? 400 : 200, refused ? "{\"error\":1}" : answer(HELLO));
        });
        Kvkeep kvkeep = proxy(engine);
        String first = sent(kvkeep, engine, body(dated(21), user("hi")));
        sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("too long")));
        engine.next();
        String third = sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("short")));

        assertThat(notes(third)).isPositive();
        assertThat(third).contains("2026-11-22").endsWith("short\"}]}");
        assertThat(third).as("what went before the refused one is still known").startsWith(open(first));
        String fourth = sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("short"), HELLO, user("Bye.")));
        assertThat(fourth).isEqualTo(open(third) + "," + HELLO + "," + user("Bye.") + "]}");
    }

    @Test
    void anEngineThatWasAwayGetsOneCleanPrompt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(HELLO)));
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(dated(21), user("hi")));
        String second = sent(kvkeep, engine, body(dated(22), user("hi"), HELLO, user("And now?")));
        assertThat(notes(second)).isEqualTo(2);
        engine.leave();
        String third = body(dated(22), user("hi"), HELLO, user("And now?"), HELLO, user("Thanks."));
        assertThat(client(kvkeep).post(CHAT, third.getBytes(UTF_8)).answer().status())
                .isEqualTo(502);

        RawEngine back = engineInPlaceOf(engine, call -> call.answer(200, answer(HELLO)));
        String clean = sent(kvkeep, back, third);

        assertThat(notes(clean)).isEqualTo(1);
        assertThat(content(clean, 1)).contains("Current date: 2026-11-22").endsWith(">\nhi");
        assertThat(clean).doesNotContain("2026-11-21");
    }

    private int lanes(Kvkeep kvkeep) throws Exception {
        String status =
                client(kvkeep.adminAddress().port()).get("/status").answer().text();
        return JSON.readTree(status).path("ledger").path("lanes").asInt(-1);
    }

    private static String content(String body, int message) throws Exception {
        JsonNode messages = JSON.readTree(body).path("messages");
        return messages.path(message).path("content").asText();
    }

    private static long notes(String body) {
        return NOTE.matcher(body).results().count();
    }

    private static String tag(String body) {
        Matcher note = NOTE.matcher(body);
        assertThat(note.find()).isTrue();
        return note.group(1);
    }
}
