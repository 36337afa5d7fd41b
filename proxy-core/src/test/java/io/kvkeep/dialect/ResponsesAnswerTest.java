package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.AnswerReader;
import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.answer.Framing;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponsesAnswerTest {
    private static final int BOUND = 1 << 20;
    private static final String AYE =
            "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"Aye.\"}]}";
    private static final Emitted SAID = new Emitted("Aye.", "", List.of());

    @Test
    void aStreamOfLlamaCppIsRead() {
        String stream = """
                event: response.created
                data: {"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress"}}

                event: response.output_item.added
                data: {"type":"response.output_item.added","item":{"content":[],"id":"msg_1","role":"assistant","status":"in_progress","type":"message"}}

                event: response.output_text.delta
                data: {"type":"response.output_text.delta","item_id":"msg_1","delta":" Hi "}

                event: response.output_text.done
                data: {"type":"response.output_text.done","item_id":"msg_1","text":" Hi "}

                event: response.output_item.done
                data: {"type":"response.output_item.done","item":{"type":"message","status":"completed","id":"msg_1","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":" Hi "}],"role":"assistant"}}

                event: response.output_item.done
                data: {"type":"response.output_item.done","item":{"type":"function_call","status":"completed","arguments":"{\\"b\\": 1.0}","call_id":"fc_1","name":"read"}}

                event: response.completed
                data: {"type":"response.completed","response":{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message"},{"type":"function_call"}],"usage":{"input_tokens":28,"input_tokens_details":{"cached_tokens":27}}},"timings":{"cache_n":27}}

                """;

        assertThat(stream(stream)).contains(new Emitted(" Hi ", "", List.of(new Call("read", "{\"b\": 1.0}"))));
    }

    @Test
    void aPlainAnswerOfVllmIsRead() {
        String body = """
                {"id":"resp_1","created_at":1,"incomplete_details":null,"instructions":"Be brief","object":"response","output":[
                {"id":"rs_1","summary":[],"type":"reasoning","content":[{"text":"So.","type":"reasoning_text"}],"encrypted_content":null,"status":null},
                {"id":"msg_1","content":[{"annotations":[],"text":"\\n\\nHi","type":"output_text","logprobs":null}],"role":"assistant","status":"completed","type":"message"},
                {"arguments":"{ }","call_id":"call_1","name":"one","type":"function_call","id":"fc_1","status":"completed"},
                {"input":"*** Begin\\n","call_id":"call_2","name":"apply_patch","type":"custom_tool_call"}],
                "tools":[{"type":"function","name":"one"}],"status":"completed","error":null,"usage":{"input_tokens":7}}
                """;

        assertThat(body(body))
                .contains(new Emitted(
                        "\n\nHi", "So.", List.of(new Call("one", "{ }"), new Call("apply_patch", "*** Begin\n"))));
    }

    @Test
    void aSummaryCountsAsReasoningWhereThereIsNoContent() {
        String item = "{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"So.\"}],\"content\":";

        assertThat(body(response(item + "null}"))).contains(new Emitted("", "So.", List.of()));
        assertThat(body(response(item + "[]}"))).contains(new Emitted("", "So.", List.of()));
        assertThat(body(response(item + "[{\"type\":\"reasoning_text\",\"text\":\"Hm.\"}]}")))
                .contains(new Emitted("", "Hm.", List.of()));
    }

    @Test
    void whatStandsInTheLastEventCountsIfNoItemCameBefore() {
        assertThat(stream(last("response.completed", AYE))).contains(SAID);
        assertThat(stream(done(AYE) + last("response.completed", ""))).contains(SAID);
        assertThat(stream(done(AYE) + last("response.completed", AYE.replace("Aye", "No"))))
                .contains(SAID);
    }

    @Test
    void anAnswerThatReachedItsBoundOfTokensIsWhole() {
        assertThat(stream(done(AYE) + last("response.incomplete", AYE).replace("completed\"", "incomplete\"")))
                .contains(SAID);
        assertThat(body(response(AYE).replace("completed", "incomplete"))).contains(SAID);
    }

    @Test
    void aStreamEndsWithItsLastEvent() {
        AnswerReader reader = Dialect.RESPONSES.answer(Framing.EVENTS, BOUND);
        byte[] done = done(AYE).getBytes(UTF_8);
        byte[] last = last("response.completed", AYE).getBytes(UTF_8);
        reader.add(done, 0, done.length);
        assertThat(reader.ended()).isFalse();
        reader.add(last, 0, last.length - 1);
        assertThat(reader.ended()).isFalse();
        reader.add(last, last.length - 1, last.length);

        assertThat(reader.ended()).isTrue();
        assertThat(reader.finish()).contains(SAID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"status\":\"completed\"}",
                "{\"status\":\"completed\",\"output\":[]}",
                "{\"status\":\"completed\",\"output\":null}",
                "{\"output\":[{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"\"}]}",
                "{\"error\":{\"message\":\"no\"}}",
                "{\"object\":\"error\",\"status\":\"completed\"}",
                "{\"detail\":\"Not Found\"}"
            })
    void aBodyThatIsNoWholeAnswerTellsNothing(String body) {
        assertThat(body(body)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "in_progress", "queued", "cancelled", ""})
    void anAnswerOfAnotherStatusTellsNothing(String status) {
        assertThat(body(response(AYE))).contains(SAID);
        assertThat(body(response(AYE).replace("completed", status))).isEmpty();
        assertThat(stream(done(AYE) + last("response.completed", AYE).replace("completed\",\"o", status + "\",\"o")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"web_search_call\",\"status\":\"completed\"}",
                "{\"type\":\"mcp_call\",\"name\":\"f\",\"arguments\":\"{}\"}",
                "{\"role\":\"assistant\",\"content\":[]}",
                "{\"type\":\"message\",\"content\":5}",
                "{\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}]}",
                "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\"}]}",
                "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":null}]}",
                "{\"type\":\"message\",\"content\":[\"text\"]}",
                "{\"type\":\"message\"}",
                "{\"type\":\"function_call\",\"arguments\":\"{}\"}",
                "{\"type\":\"function_call\",\"name\":\"\",\"arguments\":\"{}\"}",
                "{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":[]}",
                "{\"type\":\"custom_tool_call\",\"name\":\"f\"}",
                "{\"type\":\"custom_tool_call\",\"input\":\"x\"}",
                "{\"type\":\"m\\u0065ssage\",\"content\":[]}",
                "{\"type\":\"message\",\"c\\u006fntent\":[],\"content\":[]}",
                "null",
                "7"
            })
    void anItemOfAnotherShapeTellsNothing(String item) {
        assertThat(body(response(item))).isEmpty();
        assertThat(stream(done(AYE) + done(item) + last("response.completed", "")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event: error\ndata: {\"type\":\"error\",\"message\":\"no\"}\n\n",
                "data: {\"type\":\"error\",\"message\":\"no\"}\n\n",
                "data: {\"error\":{\"message\":\"no\"}}\n\n",
                "data: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\"}}\n\n",
                "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[]}}\n\n",
                "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"content\":[]}}\n\n",
                "data: {\"delta\":\"x\"}\n\n",
                "data: {\"type\":\"respo"
            })
    void aStreamThatGoesWrongTellsNothingEvenBehindItsLastEvent(String wrong) {
        String good = done(AYE) + last("response.completed", AYE);
        assertThat(stream(good)).contains(SAID);

        assertThat(stream(good + wrong)).isEmpty();
    }

    @Test
    void aStreamThatIsNotOneAnswerTellsNothing() {
        assertThat(stream(done(AYE))).isEmpty();
        assertThat(stream(done(AYE) + "data: [DONE]\n\n")).isEmpty();
        assertThat(stream(done(AYE) + last("response.completed", AYE + "," + AYE)))
                .isEmpty();
        assertThat(stream("data: {\"type\":\"response.output_text.delta\",\"delta\":\"Aye.\"}\n\n"
                        + last("response.completed", "")))
                .isEmpty();
    }

    /** The last event says all that was said once more, so it is longer than what may be kept. */
    @ParameterizedTest
    @CsvSource({"1000,true", "999,false"})
    void anAnswerThatSaysMoreThanTheBoundTellsNothing(int bound, boolean present) {
        String item = AYE.replace("Aye.", "x".repeat(1_000));
        String stream = done(item) + last("response.completed", item);

        assertThat(told(Framing.EVENTS, stream, bound).isPresent()).isEqualTo(present);
        assertThat(told(Framing.JSON, response(item), bound).isPresent()).isEqualTo(present);
    }

    @Test
    void anEventOfMoreThanTwiceTheBoundTellsNothing() {
        String last = "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"tools\":\"";
        String stream = done(AYE) + last + "x".repeat(2_000 - last.length() - "\"}}".length()) + "\"}}\n\n";

        assertThat(told(Framing.EVENTS, stream, 1_000)).contains(SAID);
        assertThat(told(Framing.EVENTS, stream.replace("xx", "xxx"), 1_000)).isEmpty();
    }

    @Test
    void anAnswerTellsWhatWasSaidHoweverItIsSpelledAndSplit() {
        for (int seed = 0; seed < 1_000; seed++) {
            RandomResponse answer = new RandomResponse(seed);

            assertThat(inPieces(Framing.EVENTS, answer.stream().bytes(), new Random(seed)))
                    .as("stream, seed %d", seed)
                    .contains(answer.emitted());
            assertThat(inPieces(Framing.JSON, answer.body(), new Random(seed)))
                    .as("body, seed %d", seed)
                    .contains(answer.emitted());
        }
    }

    @Test
    void anAnswerThatIsCutOffTellsNothingBeforeItsEndAndNothingElseBehindIt() {
        for (int seed = 0; seed < 200; seed++) {
            RandomResponse answer = new RandomResponse(seed);
            RandomResponse.Stream stream = answer.stream();
            int whole = 0;
            for (int length : cuts(seed, stream.bytes().length)) {
                Optional<Emitted> told = told(Framing.EVENTS, Arrays.copyOf(stream.bytes(), length), BOUND);
                if (length < stream.finishOffset()) {
                    assertThat(told).as("seed %d, %d bytes", seed, length).isEmpty();
                } else if (told.isPresent()) {
                    whole++;
                    assertThat(told).as("seed %d, %d bytes", seed, length).contains(answer.emitted());
                }
            }
            assertThat(whole).as("seed %d", seed).isPositive();
            byte[] body = answer.body();
            for (int length : cuts(seed, body.length - 1)) {
                assertThat(told(Framing.JSON, Arrays.copyOf(body, length), BOUND))
                        .as("seed %d, %d bytes", seed, length)
                        .isEmpty();
            }
        }
    }

    /** Returns every length for the first seeds, a few for the others, always the last. */
    private static int[] cuts(int seed, int last) {
        IntStream cuts = seed < 3 ? IntStream.range(0, last) : new Random(seed).ints(20, 0, last);
        return IntStream.concat(cuts, IntStream.of(last)).toArray();
    }

    @Test
    void damagedAnswersNeverThrow() {
        int told = 0;
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            RandomResponse answer = new RandomResponse(seed);
            Framing framing = random.nextBoolean() ? Framing.EVENTS : Framing.JSON;
            byte[] bytes = framing == Framing.EVENTS ? answer.stream().bytes() : answer.body();
            for (int hits = random.nextInt(4); hits >= 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            told += inPieces(framing, bytes, random).isPresent() ? 1 : 0;
        }
        assertThat(told).isBetween(30, 970);
    }

    private static Optional<Emitted> inPieces(Framing framing, byte[] bytes, Random random) {
        AnswerReader reader = Dialect.RESPONSES.answer(framing, BOUND);
        int from = 0;
        while (from < bytes.length) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(100));
            byte[] piece = Arrays.copyOfRange(bytes, from, to);
            reader.add(piece, 0, piece.length);
            Arrays.fill(piece, (byte) '?'); // nothing may be kept of the array
            from = to;
        }
        return reader.finish();
    }

    private static String response(String output) {
        return "{\"status\":\"completed\",\"output\":[" + output + "]}";
    }

    private static String done(String item) {
        return "data: {\"type\":\"response.output_item.done\",\"output_index\":0,\"item\":" + item + "}\n\n";
    }

    private static String last(String type, String output) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"response\":" + response(output) + "}\n\n";
    }

    private static Optional<Emitted> stream(String stream) {
        return told(Framing.EVENTS, stream, BOUND);
    }

    private static Optional<Emitted> body(String body) {
        return told(Framing.JSON, body, BOUND);
    }

    private static Optional<Emitted> told(Framing framing, String answer, int bound) {
        return told(framing, answer.getBytes(UTF_8), bound);
    }

    private static Optional<Emitted> told(Framing framing, byte[] answer, int bound) {
        AnswerReader reader = Dialect.RESPONSES.answer(framing, bound);
        reader.add(answer, 0, answer.length);
        return reader.finish();
    }
}
