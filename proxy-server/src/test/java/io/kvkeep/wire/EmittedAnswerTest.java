package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.call;
import static io.kvkeep.wire.Talk.quoted;
import static io.kvkeep.wire.Talk.result;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the model said goes back to the engine as it was said, however the client spells it. */
class EmittedAnswerTest extends WireTest {
    private static final String SAID = " Let me look.\n";
    private static final String ARGUMENTS = "{ \"pier\":4.0, \"at\": \"caf\\u00e9\" }";
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static final String OPENING = user("How high is it?");
    private static final String AS_SAID = call(SAID, ARGUMENTS);
    private static final String AS_CLIENTS_SPELL_IT = call("Let me look.", "{\"at\":\"café\",\"pier\":4.0}");
    private static final String SECOND = body(OPENING, AS_CLIENTS_SPELL_IT, result("4.2"));

    /** How an answer goes wrong. */
    enum Failure {
        PLAIN_CUT_OFF,
        STREAM_WITHOUT_A_FINISH,
        STREAM_BROKEN_OFF_IN_A_CHUNK,
        STREAM_WITH_AN_ERROR,
        SERVER_ERROR;

        void play(RawEngine.Call call) throws IOException {
            String whole = answer(AS_SAID);
            switch (this) {
                case PLAIN_CUT_OFF ->
                    call.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                                    + (whole.getBytes(UTF_8).length + 1) + "\r\n\r\n")
                            .send(whole.getBytes(UTF_8))
                            .close();
                case STREAM_WITHOUT_A_FINISH -> {
                    call.send(STREAM_HEAD);
                    deltas(call);
                    call.send("0\r\n\r\n");
                }
                case STREAM_BROKEN_OFF_IN_A_CHUNK -> {
                    call.send(STREAM_HEAD);
                    deltas(call);
                    call.send("fff\r\ndata: {").close();
                }
                case STREAM_WITH_AN_ERROR -> {
                    call.send(STREAM_HEAD);
                    deltas(call);
                    call.chunk(bytes("data: {\"error\":{\"message\":\"out of memory\"}}\n\n"));
                    finish(call);
                }
                case SERVER_ERROR -> call.answer(500, whole);
            }
        }
    }

    @Test
    void aPlainAnswerComesBackAsTheEngineEmittedIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(AS_SAID)));
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(OPENING));

        assertThat(sent(kvkeep, engine, SECOND)).isEqualTo(body(OPENING, AS_SAID, result("4.2")));
    }

    @Test
    void aStreamedAnswerComesBackAsTheEngineEmittedIt() throws Exception {
        RawEngine engine = engine(EmittedAnswerTest::stream);
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(OPENING));

        assertThat(sent(kvkeep, engine, SECOND)).isEqualTo(body(OPENING, AS_SAID, result("4.2")));
    }

    /** Each turn on a connection of its own, and so on another event loop, as soon as the answer has ended. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itComesBackHoweverSoonTheNextRequestFollows(boolean streamed) throws Exception {
        RawEngine engine = engine(call -> {
            if (streamed) {
                stream(call);
            } else {
                call.answer(200, answer(AS_SAID));
            }
        });
        Kvkeep kvkeep = proxy(engine);
        String came = OPENING;
        String wanted = OPENING;
        for (int turn = 0; turn < 40; turn++) {
            assertThat(sent(kvkeep, engine, body(came))).as("turn %s", turn).isEqualTo(body(wanted));
            came += "," + AS_CLIENTS_SPELL_IT + "," + result("4." + turn);
            wanted += "," + AS_SAID + "," + result("4." + turn);
        }
    }

    @Test
    void anAnswerThatTheClientChangedIsSentAsTheClientHasIt() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(AS_SAID)));
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(OPENING));
        String changed = body(OPENING, call("Let me look.", "{\"at\":\"café\",\"pier\":5.0}"), result("4.2"));

        assertThat(sent(kvkeep, engine, changed)).isEqualTo(changed);
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void anAnswerThatWasCutOffOrFailedNeverComesBack(Failure failure) throws Exception {
        RawEngine engine = engine(call -> {
            if (call.message().text().contains("4.2")) {
                call.answer(200, answer(assistant("It is high.")));
            } else {
                failure.play(call);
            }
        });
        Kvkeep kvkeep = proxy(engine);
        sent(kvkeep, engine, body(OPENING));

        assertThat(sent(kvkeep, engine, SECOND)).isEqualTo(SECOND);
    }

    @Test
    void anAnswerThatTheClientDidNotWaitForNeverComesBack() throws Exception {
        RawEngine engine = engine(call -> {
            call.send(STREAM_HEAD);
            deltas(call);
            call.awaitEndNanos();
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep).post(CHAT, bytes(body(OPENING)));
        client.head();
        client.chunk();
        RawEngine.Call first = engine.next();
        client.close();
        eventually("the engine knows", () -> engine.endNanos(first.connection()).isPresent());

        client(kvkeep).post(CHAT, bytes(SECOND));
        assertThat(engine.next().message().text()).isEqualTo(SECOND);
    }

    /** Agents go on at the last event; the end of the body may be a moment behind it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStreamedAnswerComesBackAlsoIfTheNextRequestFollowsItsLastEvent(boolean leaves) throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        RawEngine engine = engine(call -> {
            call.send(STREAM_HEAD);
            if (call.message().text().contains("4.2")) {
                next.countDown();
            }
            deltas(call);
            last(call);
            next.await();
            end(call);
        });
        Kvkeep kvkeep = proxy(engine);
        RawClient client = client(kvkeep).post(CHAT, bytes(body(OPENING)));
        client.head();
        StringBuilder events = new StringBuilder();
        while (!events.toString().endsWith("data: [DONE]\n\n")) {
            events.append(new String(client.chunk(), UTF_8));
        }
        engine.next();
        if (leaves) {
            client.close();
        }

        assertThat(sent(kvkeep, engine, SECOND)).isEqualTo(body(OPENING, AS_SAID, result("4.2")));
    }

    private static void stream(RawEngine.Call call) throws IOException {
        call.send(STREAM_HEAD);
        deltas(call);
        finish(call);
    }

    private static void deltas(RawEngine.Call call) throws IOException {
        call.chunk(delta("\"role\":\"assistant\",\"content\":" + quoted(" Let me")));
        call.chunk(delta("\"content\":" + quoted(" look.\n")));
        call.chunk(delta("\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"gauge\",\"arguments\":\"\"}}]"));
        call.chunk(delta(arguments(ARGUMENTS.substring(0, 9))));
        call.chunk(delta(arguments(ARGUMENTS.substring(9))));
    }

    private static void finish(RawEngine.Call call) throws IOException {
        last(call);
        end(call);
    }

    private static void end(RawEngine.Call call) throws IOException {
        call.send("0\r\n\r\n");
    }

    private static void last(RawEngine.Call call) throws IOException {
        call.chunk(bytes("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\n"));
        call.chunk(bytes("data: [DONE]\n\n"));
    }

    private static String arguments(String piece) {
        return "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + quoted(piece) + "}}]";
    }

    private static byte[] delta(String fields) {
        return bytes("data: {\"choices\":[{\"index\":0,\"delta\":{" + fields + "},\"finish_reason\":null}]}\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
