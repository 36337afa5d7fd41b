package io.kvkeep.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextPromptTest {
    private static final Emitted DONE = new Emitted("Done,\n\"all\" of it.", "", List.of());
    private static final String SAID = "Done,\\n\\\"all\\\" of it.";
    private static final String LOOP = """
            {"role":"system","content":"S"},{"role":"user","content":"go"},\
            {"role":"assistant","content":null,"reasoning_content":"hmm","tool_calls":[{"id":"c1","type":"function",\
            "function":{"name":"read","arguments":"{}"}}]},\
            {"role":"tool","tool_call_id":"c1","content":"the file"}""";

    @Test
    void aChatCompletionGetsTheAnswerAndAnEmptyMessageOfTheUserAndGeneratesNothing() {
        String sent = "{ \"model\":\"m\", \"max_tokens\": 4096,\"temperature\":1.0e0,\"messages\": [" + LOOP
                + " ],\"tools\":[]}";

        assertThat(body(Dialect.CHAT_COMPLETIONS, sent, new NoAnswer(0, false)))
                .isEqualTo("{\"stream\":false, \"model\":\"m\", \"max_tokens\": 0,\"temperature\":1.0e0,\"messages\": ["
                        + LOOP + " ,{\"role\":\"assistant\",\"content\":\"" + SAID
                        + "\"},{\"role\":\"user\",\"content\":\"\"}],\"tools\":[]}");
    }

    @Test
    void thePromptThatWasSentIsReadAgainAsItWasAndGeneratesNothing() {
        String sent = "{ \"model\":\"m\", \"max_tokens\": 4096,\"messages\": [" + LOOP + " ],\"tools\":[]}";

        assertThat(NextPrompt.asSent(Dialect.CHAT_COMPLETIONS, bytes(sent), new NoAnswer(0, false)))
                .hasValueSatisfying(body -> assertThat(new String(body, StandardCharsets.UTF_8))
                        .isEqualTo("{\"stream\":false, \"model\":\"m\", \"max_tokens\": 0,\"messages\": [" + LOOP
                                + " ],\"tools\":[]}"));
        assertThat(NextPrompt.asSent(Dialect.COMPLETIONS, bytes("{\"prompt\":\"x\"}"), NoAnswer.ONE_TOKEN))
                .as("a text to be completed is alone")
                .isEmpty();
        assertThat(NextPrompt.asSent(Dialect.CHAT_COMPLETIONS, bytes("{]"), NoAnswer.ONE_TOKEN))
                .isEmpty();
    }

    @Test
    void aStreamThatIsNotToTellItsProgressIsNone() {
        String sent = "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"min_tokens\":5,"
                + "\"max_completion_tokens\":9,\"messages\":[" + LOOP + "]}";

        assertThat(body(Dialect.CHAT_COMPLETIONS, sent, NoAnswer.ONE_TOKEN))
                .startsWith("{\"stream\":false,\"stream_options\":null,\"min_tokens\":0,"
                        + "\"max_completion_tokens\":1,\"messages\":[{");
    }

    @Test
    void llamaCppTellsOnTheWayHowFarItIs() {
        assertThat(body(Dialect.CHAT_COMPLETIONS, "{\"messages\":[" + LOOP + "]}", NoAnswer.LLAMA_CPP))
                .startsWith("{\"max_tokens\":0,\"stream\":true,\"return_progress\":true,\"messages\":[");
        assertThat(body(
                        Dialect.MESSAGES,
                        "{\"max_tokens\":7,\"messages\":[{\"role\":\"user\",\"content\":\"go\"}]}",
                        NoAnswer.LLAMA_CPP))
                .as("only chat completions have it")
                .startsWith("{\"stream\":false,\"max_tokens\":0,\"messages\"");
    }

    @Test
    void anAgentThatSendsAnswersInPartsGetsItsAnswerInParts() {
        String parts = "{\"role\":\"user\",\"content\":\"go\"},"
                + "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"one\"}]},"
                + "{\"role\":\"user\",\"content\":\"on\"}";

        assertThat(body(Dialect.MESSAGES, "{\"max_tokens\":5,\"messages\":[" + parts + "]}", NoAnswer.ONE_TOKEN))
                .isEqualTo("{\"stream\":false,\"max_tokens\":1,\"messages\":[" + parts
                        + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"" + SAID
                        + "\"}]},{\"role\":\"user\",\"content\":\"\"}]}");
    }

    @Test
    void aResponseGetsItems() {
        String items =
                "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"go\"}]}";

        assertThat(body(Dialect.RESPONSES, "{\"instructions\":\"S\",\"input\":[" + items + "]}", NoAnswer.ONE_TOKEN))
                .isEqualTo("{\"max_output_tokens\":1,\"stream\":false,\"instructions\":\"S\",\"input\":[" + items
                        + ",{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\""
                        + SAID + "\"}]},{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\","
                        + "\"text\":\"\"}]}]}");
        assertThat(NextPrompt.of(Dialect.RESPONSES, bytes("{\"input\":\"go\"}"), DONE)
                        .flatMap(next -> next.body(NoAnswer.ONE_TOKEN)))
                .as("a string takes no answer")
                .isEmpty();
    }

    @Test
    void ollamaGetsItsLimitAmongItsOptions() {
        String talk = "\"messages\":[{\"role\":\"user\",\"content\":\"go\"}";
        String tail = ",{\"role\":\"assistant\",\"content\":\"" + SAID + "\"},{\"role\":\"user\",\"content\":\"\"}]}";

        assertThat(body(Dialect.OLLAMA_CHAT, "{" + talk + "]}", NoAnswer.ONE_TOKEN))
                .isEqualTo("{\"options\":{\"num_predict\":1},\"stream\":false," + talk + tail);
        assertThat(body(Dialect.OLLAMA_CHAT, "{\"options\":{\"num_ctx\":65536}," + talk + "]}", NoAnswer.ONE_TOKEN))
                .isEqualTo("{\"stream\":false,\"options\":{\"num_predict\":1,\"num_ctx\":65536}," + talk + tail);
        assertThat(body(
                        Dialect.OLLAMA_CHAT,
                        "{\"options\":{\"num_predict\":-1,\"a\":2},\"stream\":true," + talk + "]}",
                        NoAnswer.ONE_TOKEN))
                .isEqualTo("{\"options\":{\"num_predict\":1,\"a\":2},\"stream\":false," + talk + tail);
        assertThat(body(Dialect.OLLAMA_CHAT, "{\"options\":{}," + talk + "]}", NoAnswer.ONE_TOKEN))
                .isEqualTo("{\"stream\":false,\"options\":{\"num_predict\":1}," + talk + tail);
    }

    @Test
    void aLongLoopIsAskedForStepByStep() {
        String start = "{\"messages\":[{\"role\":\"user\",\"content\":\"go\"}";
        String first = step(1);
        String second = step(2) + "," + result(2);
        String user = ",{\"role\":\"user\",\"content\":\"\"}]}";
        byte[] sent = bytes(start + first + second + step(3) + "]}");

        List<String> bodies = NextPrompt.of(Dialect.CHAT_COMPLETIONS, sent, DONE)
                .orElseThrow()
                .bodies(NoAnswer.ONE_TOKEN, first.length() - 1)
                .stream()
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .map(body -> body.substring(body.indexOf("\"messages\"") - 1).replaceFirst("^,", "{"))
                .toList();
        assertThat(bodies)
                .containsExactly(
                        start + first + user,
                        start + first + second + user,
                        start + first + second + step(3) + ",{\"role\":\"assistant\",\"content\":\"" + SAID + "\"}"
                                + user);
        assertThat(NextPrompt.of(Dialect.CHAT_COMPLETIONS, sent, DONE)
                        .orElseThrow()
                        .bodies(NoAnswer.ONE_TOKEN, first.length() + 5))
                .as("the second step is the first that is far enough")
                .hasSize(2);
        assertThat(NextPrompt.of(Dialect.CHAT_COMPLETIONS, sent, DONE)
                        .orElseThrow()
                        .bodies(NoAnswer.ONE_TOKEN, Integer.MAX_VALUE))
                .hasSize(1);
    }

    @Test
    void whatTheEngineHoldsUpToTheFirstReasoningIsNotCutShort() {
        String plain = step(1).replace("hm", "");
        byte[] late = bytes("{\"messages\":[{\"role\":\"user\",\"content\":\"go\"}" + plain + step(2) + step(3) + "]}");
        byte[] never = bytes("{\"messages\":[{\"role\":\"user\",\"content\":\"go\"}" + plain + plain + "]}");

        List<byte[]> bodies = NextPrompt.of(Dialect.CHAT_COMPLETIONS, late, DONE)
                .orElseThrow()
                .bodies(NoAnswer.ONE_TOKEN, 1);
        assertThat(bodies).hasSize(2);
        assertThat(new String(bodies.get(0), StandardCharsets.UTF_8)).contains("c1", "c2");
        assertThat(NextPrompt.of(Dialect.CHAT_COMPLETIONS, never, DONE)
                        .orElseThrow()
                        .bodies(NoAnswer.ONE_TOKEN, 1))
                .hasSize(1);
    }

    private static String step(int number) {
        return ",{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"c"
                + number + "\",\"type\":\"function\",\"function\":{\"name\":\"read\",\"arguments\":\"{}\"}}]},"
                + result(number);
    }

    private static String result(int number) {
        return "{\"role\":\"tool\",\"tool_call_id\":\"c" + number + "\",\"content\":\"a file\"}";
    }

    @Test
    void aTurnThatHasNotEndedHasNoCertainNextPrompt() {
        byte[] sent = bytes("{\"messages\":[" + LOOP + "]}");
        Emitted calls = new Emitted("I look.", "", List.of(new Emitted.Call("read", "{}")));

        assertThat(NextPrompt.of(Dialect.CHAT_COMPLETIONS, sent, calls)).isEmpty();
        assertThat(NextPrompt.of(Dialect.CHAT_COMPLETIONS, sent, new Emitted(" ", "hm", List.of())))
                .isEmpty();
        assertThat(NextPrompt.of(
                        Dialect.CHAT_COMPLETIONS,
                        bytes("{\"messages\":[{\"role\":\"assistant\",\"content\":\"On\"}]}"),
                        DONE))
                .as("the answer goes on with the model's own words")
                .isEmpty();
        assertThat(NextPrompt.of(Dialect.COMPLETIONS, bytes("{\"prompt\":\"On\"}"), DONE))
                .isEmpty();
        assertThat(NextPrompt.of(Dialect.CHAT_COMPLETIONS, bytes("[]"), DONE)).isEmpty();
    }

    @Test
    void aTemplateThatStripsReasoningReadsTheFinishedLoopAgain() {
        NextPrompt next = next("{\"tools\":[],\"messages\":[" + LOOP + "]}");
        int loop = LOOP.length()
                - LOOP.indexOf("{\"role\":\"assistant\"")
                + DONE.text().length();

        assertThat(next.rereadBytes(Truth.YES, ToolsPlace.BEHIND_SYSTEM)).isEqualTo(loop);
        assertThat(next.rereadBytes(Truth.UNKNOWN, ToolsPlace.UNKNOWN)).isEqualTo(loop);
        assertThat(next.rereadBytes(Truth.NO, ToolsPlace.BEHIND_SYSTEM)).isZero();
    }

    @Test
    void aTemplateThatMovesItsToolsReadsEverythingBehindTheLastUserAgain() {
        int behind =
                LOOP.length() - LOOP.indexOf("{\"role\":\"user\"") + DONE.text().length();

        assertThat(next("{\"tools\":[],\"messages\":[" + LOOP + "]}")
                        .rereadBytes(Truth.NO, ToolsPlace.BEFORE_LAST_USER))
                .isEqualTo(behind);
        assertThat(next("{\"messages\":[" + LOOP + "]}").rereadBytes(Truth.NO, ToolsPlace.BEFORE_LAST_USER))
                .as("without tools none move")
                .isZero();
    }

    @Test
    void anAnswerWithoutALoopIsReadAgainOnlyIfItWasThoughtAbout() {
        String talk =
                "{\"messages\":[{\"role\":\"user\",\"content\":\"go\"},{\"role\":\"assistant\",\"content\":\"old\"},"
                        + "{\"role\":\"user\",\"content\":\"on\"}]}";
        Emitted thought = new Emitted("Done.", "Hm.", List.of());

        assertThat(next(talk).rereadBytes(Truth.YES, ToolsPlace.BEHIND_SYSTEM)).isZero();
        assertThat(NextPrompt.of(Dialect.CHAT_COMPLETIONS, bytes(talk), thought)
                        .orElseThrow()
                        .rereadBytes(Truth.YES, ToolsPlace.BEHIND_SYSTEM))
                .isEqualTo("Done.".length());
    }

    private static NextPrompt next(String sent) {
        return NextPrompt.of(Dialect.CHAT_COMPLETIONS, bytes(sent), DONE).orElseThrow();
    }

    private static String body(Dialect dialect, String sent, NoAnswer asked) {
        byte[] body = NextPrompt.of(dialect, bytes(sent), DONE)
                .orElseThrow()
                .body(asked)
                .orElseThrow();
        return new String(body, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
