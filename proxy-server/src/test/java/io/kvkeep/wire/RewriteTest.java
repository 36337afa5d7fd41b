package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rewritten request, and what follows when the engine does not take it. */
class RewriteTest extends WireTest {
    private static final String NOTE_OPENS = "<note-";

    @Test
    void theDateArrivesInANoteAndTheAnswerPassesUnchanged() throws Exception {
        String answer = "{\"choices\":[ {\"message\":{\"content\":\"caf\\u00e9\"}}] }\n";
        RawEngine engine = engine(call -> call.answer(200, answer));
        RawClient client = client(proxy(engine));
        client.post(CHAT, DATED.getBytes(UTF_8));
        assertThat(engine.next().message().text())
                .matches("(?s)\\{\"model\":\"m\",\"messages\":\\[\\{\"role\":\"system\",\"content\":"
                        + "\"You help\\.\\\\nBe brief\\.\"},\\{\"role\":\"user\",\"content\":"
                        + "\"<(note-[0-9a-f]{6})>Current date: 2026-11-21</\\1>\\\\nhi\"}]}");
        assertThat(client.answer().text()).isEqualTo(answer);
    }

    @Test
    void equalRequestsArriveAsEqualBytes() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        RawClient client = client(proxy(engine));
        client.post(CHAT, DATED.getBytes(UTF_8)).answer();
        client.post(CHAT, DATED.getBytes(UTF_8)).answer();
        assertThat(engine.next().message().body())
                .isEqualTo(engine.next().message().body());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aRefusedRewriteIsFollowedOnceByTheOriginal(int status) throws Exception {
        RawEngine engine = engine(call -> {
            boolean rewritten = call.message().text().contains(NOTE_OPENS);
            call.answer(rewritten ? status : 200, rewritten ? "{\"error\":1}" : "{\"fine\":1}");
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep);
        client.post(CHAT, DATED.getBytes(UTF_8));
        RawMessage answer = client.answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"fine\":1}");
        assertThat(engine.next().message().text()).contains(NOTE_OPENS);
        RawMessage second = engine.next().message();
        assertThat(second.text()).isEqualTo(DATED);
        assertThat(second.header("content-length")).containsExactly(Integer.toString(DATED.length()));

        client.post(CHAT, DATED.getBytes(UTF_8));
        assertThat(client.answer().text()).isEqualTo("{\"fine\":1}");
        assertThat(engine.next().message().text())
                .as("the next one goes out unmoved")
                .isEqualTo(DATED);
        assertThat(engine.untaken()).isEmpty();

        client.post(CHAT, DATED.replace("\"m\"", "\"other\"").getBytes(UTF_8)).answer();
        assertThat(engine.next().message().text())
                .as("another model gets its own try")
                .contains(NOTE_OPENS);
        assertThat(metric(kvkeep, "kvkeep_original_resent_total")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 408, 429, 500, 503})
    void whatSaysNothingAboutTheBodyIsNotSentAgain(int status) throws Exception {
        RawEngine engine = engine(call -> call.answer(status, "{\"error\":\"x\"}"));
        RawClient client = client(proxy(engine));
        RawMessage answer = client.post(CHAT, DATED.getBytes(UTF_8)).answer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo("{\"error\":\"x\"}");
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void aRefusedOriginalIsNotSentAgain() throws Exception {
        RawEngine engine = engine(call -> call.answer(400, "{}"));
        assertThat(client(proxy(engine))
                        .post(CHAT, PLAIN.getBytes(UTF_8))
                        .answer()
                        .status())
                .isEqualTo(400);
        assertThat(engine.untaken()).hasSize(1);
    }

    @Test
    void ifBothAreRefusedTheClientSeesTheSecondAnswer() throws Exception {
        AtomicInteger count = new AtomicInteger();
        RawEngine engine = engine(call -> call.answer(400, "{\"refusal\":" + count.incrementAndGet() + "}"));
        RawClient client = client(proxy(engine));
        RawMessage answer = client.post(CHAT, DATED.getBytes(UTF_8)).answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("{\"refusal\":2}");
        List<String> bodies =
                engine.untaken().stream().map(call -> call.message().text()).toList();
        assertThat(bodies).hasSize(2).last().isEqualTo(DATED);

        client.post(CHAT, DATED.getBytes(UTF_8)).answer();
        assertThat(engine.untaken().get(2).message().text())
                .as("a request that is refused in any form says nothing about notes")
                .contains(NOTE_OPENS);
    }

    /** The refusal may come on a connection that ends with it. */
    @Test
    void aRefusalThatClosesTheConnectionIsFollowedByTheOriginalToo() throws Exception {
        RawEngine engine = engine(call -> {
            boolean rewritten = call.message().text().contains(NOTE_OPENS);
            call.answer(rewritten ? 400 : 200, "{}", "Connection: close");
            call.close();
        });
        assertThat(client(proxy(engine))
                        .post(CHAT, DATED.getBytes(UTF_8))
                        .answer()
                        .status())
                .isEqualTo(200);
        assertThat(engine.untaken()).hasSize(2);
    }
}
