package io.kvkeep.reuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shapes in which engines end their answers, with values of our own. */
final class ReportedUsageTest {

    @Test
    void llamaCppTellsByItsTimingsInAStreamThatWasNotAskedForUsage() {
        assertReports("""
                data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"4"}}],"created":1763700000}

                data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],"timings":{"cache_n":20480,"prompt_n":77,\
                "prompt_ms":301.25,"prompt_per_token_ms":3.9,"predicted_n":12,"predicted_ms":410.0}}

                data: [DONE]

                """, 20_557, 20_480);
    }

    @Test
    void llamaCppTellsByUsageAndTimingsInAPlainAnswer() {
        assertReports("""
                {"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"ok"}}],
                "usage":{"completion_tokens":3,"prompt_tokens":512,"total_tokens":515,\
                "prompt_tokens_details":{"cached_tokens":500}},
                "timings":{"cache_n":500,"prompt_n":12,"prompt_ms":40.0,"predicted_n":3}}""", 512, 500);
    }

    @Test
    void llamaCppTellsByTimingsWhereItsUsageHasNoCachedTokens() {
        assertReports("""
                {"usage":{"completion_tokens":3,"prompt_tokens":512,"total_tokens":515},
                "timings":{"cache_n":500,"prompt_n":12}}""", 512, 500);
    }

    @Test
    void oldTimingsWithoutCacheCountsDoNotHideTheSizeOfThePrompt() {
        assertReports("""
                {"usage":{"completion_tokens":3,"prompt_tokens":512,"total_tokens":515},
                "timings":{"prompt_n":12,"prompt_ms":40.0}}""", 512, -1);
    }

    @Test
    void vllmTellsInTheLastChunkOfItsStream() {
        assertReports("""
                data: {"id":"chatcmpl-7","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Yes"}}],"usage":null}

                data: {"id":"chatcmpl-7","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":9001,\
                "total_tokens":9040,"completion_tokens":39,"prompt_tokens_details":{"cached_tokens":8960,"created_cache_tokens":0}}}

                data: [DONE]

                """, 9_001, 8_960);
    }

    @Test
    void sglangTellsInAPlainAnswer() {
        assertReports("""
                {"id":"a","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"matched_stop":7}],\
                "usage":{"prompt_tokens":640,"total_tokens":650,"completion_tokens":10,\
                "prompt_tokens_details":{"cached_tokens":576},"reasoning_tokens":0},"metadata":{"weight_version":"default"}}""", 640, 576);
    }

    @Test
    void ollamaTellsInTheLastChunkOfItsStream() {
        assertReports(
                "data: {\"id\":\"chatcmpl-12\",\"choices\":[],\"system_fingerprint\":\"fp_ollama\",\"usage\":"
                        + "{\"prompt_tokens\":4100,\"prompt_tokens_details\":{\"cached_tokens\":4096},"
                        + "\"completion_tokens\":5,\"total_tokens\":4105}}\r\n\r\ndata: [DONE]\r\n\r\n",
                4_100,
                4_096);
    }

    @Test
    void lmStudioTellsTheSizeAlone() {
        assertReports("""
                {"choices":[],"usage": {
                  "prompt_tokens": 333,
                  "completion_tokens": 8,
                  "total_tokens": 341
                },"stats":{}}""", 333, -1);
    }

    @Test
    void messagesTellAtTheStartOfAStreamAndLeaveOutWhatWasCached() {
        assertReports("""
                event: message_start
                data: {"type":"message_start","message":{"content":[],"usage":{"cache_read_input_tokens":20480,\
                "input_tokens":77,"output_tokens":0}}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"4"}}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":12}}

                event: message_stop
                data: {"type":"message_stop"}

                """, 20_557, 20_480);
    }

    @Test
    void messagesThatTellOfCachedTokensAtTheStartAloneAreBelievedThere() {
        assertReports("""
                data: {"message":{"usage":{"input_tokens":70,"cache_read_input_tokens":30}}}

                data: {"delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":100,"output_tokens":12}}

                """, 100, 30);
    }

    @Test
    void aPlainMessageTellsWhatWasReadAndWhatWasPutIntoTheCache() {
        assertReports("""
                {"type":"message","content":[],"stop_reason":"end_turn","usage":{"input_tokens":12,\
                "cache_creation_input_tokens":8,"cache_read_input_tokens":500,"output_tokens":3}}""", 520, 500);
        assertReports("{\"usage\":{\"input_tokens\":12,\"cache_read_input_tokens\":0}}", 12, 0);
        assertReports("{\"usage\":{\"input_tokens\":12,\"output_tokens\":3}}", 12, -1);
    }

    @Test
    void responsesTellAllTokensOfTheInput() {
        assertReports("""
                event: response.completed
                data: {"type":"response.completed","response":{"output":[],"usage":{"input_tokens":512,"output_tokens":3,\
                "input_tokens_details":{"cached_tokens":500},"output_tokens_details":{"reasoning_tokens":1}}}}

                """, 512, 500);
    }

    @Test
    void ollamaTellsInTheLastLineOfItsOwnProtocol() {
        String line = "{\"message\":{\"content\":\"4\"},\"done\":false}\n{\"done\":true,\"prompt_eval_count\":512,%s"
                + "\"prompt_eval_duration\":41250,\"eval_count\":35}\n";

        assertReports(line.formatted("\"prompt_eval_cached_count\": 500 ,"), 512, 500);
        assertReports(line.formatted(""), 512, -1);
        assertThat(read("{\"prompt_eval_count\":51")).isEqualTo(ReportedUsage.NOTHING);
        assertThat(read("{\"prompt_eval_count\":null}")).isEqualTo(ReportedUsage.NOTHING);
        assertThat(read("{\"prompt_eval_count\":99999999999999999999}")).isEqualTo(ReportedUsage.NOTHING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"usage\":{\"prompt_tokens\":70,\"prompt_tokens_details\":null}}",
                "{\"usage\":{\"prompt_tokens\":70,\"prompt_tokens_details\":{}}}",
                "{\"usage\":{\"prompt_tokens\":70,\"prompt_tokens_details\":{\"cached_tokens\":null}}}",
                "{\"usage\":{\"prompt_tokens\":70},\"timings\":{}}"
            })
    void whatIsMissingIsUnknown(String answer) {
        assertReports(answer, 70, -1);
    }

    @Test
    void zeroIsAMissAndNotUnknown() {
        assertReports("{\"usage\":{\"prompt_tokens\":70,\"prompt_tokens_details\":{\"cached_tokens\":0}}}", 70, 0);
        assertReports("{\"timings\":{\"cache_n\":0,\"prompt_n\":70}}", 70, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "data: [DONE]\n\n",
                "{\"usage\":null}",
                "{\"usage\":[1]}",
                "{\"usage\":\"{}\"}",
                "{\"usage\":{\"prompt_tokens\":70,\"prompt_tokens_details\":{\"cached_tok",
                "{\"usage\":{\"prompt_tokens\":70",
                "{\"usage\":{",
                "{\"usage\"",
                "\"usage\"",
                "{\"usage\":{\"prompt_tokens\":tru}}",
                "{\"usage\":{\"prompt_tokens\":99999999999999999999}}",
                "{\"usage\":{\"prompt_tokens\":1.5}}",
                "{\"timings\":{\"cache_n\":5}}",
                "{\"error\":{\"message\":\"no usage\"}}"
            })
    void anAnswerThatSaysNothingOrIsCutIsUnknown(String answer) {
        assertThat(read(answer)).isEqualTo(ReportedUsage.NOTHING);
    }

    @Test
    void theWordUsageInsideOfATextIsNoField() {
        assertReports(
                "{\"usage\":{\"prompt_tokens\":70,\"prompt_tokens_details\":{\"cached_tokens\":64}},"
                        + "\"choices\":[{\"message\":{\"content\":\"{\\\"usage\\\":{\\\"prompt_tokens\\\":1,"
                        + "\\\"prompt_tokens_details\\\":{\\\"cached_tokens\\\":1}}}\"}}]}",
                70,
                64);
        assertThat(read("{\"content\":\"\\\"usage\\\":{\\\"prompt_tokens\\\":1}\"}"))
                .isEqualTo(ReportedUsage.NOTHING);
    }

    @Test
    void theWordUsageAsAValueIsNoField() {
        assertReports("{\"usage\":{\"prompt_tokens\":70},\"topic\":\"usage\",\"n\":{\"prompt_tokens\":1}}", 70, -1);
    }

    @Test
    void theLastCountsOfAStreamHold() {
        assertReports("""
                data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":70,"completion_tokens":1}}

                data: {"choices":[{"delta":{"content":"b"}}],"usage":{"prompt_tokens":71,"completion_tokens":2}}

                data: {"choices":[],"usage":null}

                """, 71, -1);
    }

    @Test
    void anAnswerIsReadFromTheMiddleOfACharacter() {
        byte[] answer = "€\"}}],\"usage\":{\"prompt_tokens\":70}}".getBytes(UTF_8);
        byte[] tail = Arrays.copyOfRange(answer, 1, answer.length);

        assertThat(ReportedUsage.read(tail).promptTokens()).hasValue(70);
    }

    /** Checks both counts; -1 stands for unknown. */
    private static void assertReports(String answer, long prompt, long cached) {
        OptionalLong expectedCached = cached < 0 ? OptionalLong.empty() : OptionalLong.of(cached);

        assertThat(read(answer)).isEqualTo(new ReportedUsage(OptionalLong.of(prompt), expectedCached));
    }

    private static ReportedUsage read(String answer) {
        return ReportedUsage.read(answer.getBytes(UTF_8));
    }
}
