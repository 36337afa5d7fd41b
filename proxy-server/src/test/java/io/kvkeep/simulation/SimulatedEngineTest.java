package io.kvkeep.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.engine.EngineProbe;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedEngineTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void namesItsModel() throws Exception {
        try (SimulatedEngine engine = SimulatedEngine.start(List.of())) {
            assertThat(new EngineProbe().probe(EngineAddress.parse(engine.url())))
                    .hasValueSatisfying(found -> assertThat(found.models()).containsExactly("simulated"));
        }
    }

    @Test
    void answersPlainlyWithTextOrACallAndWhatItCounted() throws Exception {
        List<Answer> script = List.of(Answer.says("Look."), Answer.calls("read_file", "path", "a", "limit", "9"));
        try (SimulatedEngine engine = SimulatedEngine.start(script)) {
            String request = "{\"messages\":[{\"role\":\"user\",\"content\":\"Which file?\"}]}";
            JsonNode first = JSON.readTree(chat(engine, request));
            JsonNode second = JSON.readTree(chat(engine, request));
            assertThat(first.at("/choices/0/message/content").asText()).isEqualTo("Look.");
            assertThat(first.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                    .isZero();
            assertThat(second.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
            assertThat(second.at("/choices/0/message/tool_calls/0/function/arguments")
                            .asText())
                    .isEqualTo("{\"path\": \"a\", \"limit\": \"9\"}");
            assertThat(second.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                    .isEqualTo(second.at("/usage/prompt_tokens").asInt() - 1);
        }
    }

    @Test
    void streamsTheSameAnswerAndTellsCountsOnlyIfAsked() throws Exception {
        try (SimulatedEngine engine = SimulatedEngine.start(
                List.of(Answer.says("A longer answer than one piece holds."), Answer.says("B")))) {
            String asked = chat(
                    engine,
                    "{\"messages\":[],\"stream\":true,\"stream_options\":{\"include_usage\":true},\"tools\":[]}");
            StringBuilder text = new StringBuilder();
            for (String line :
                    asked.lines().filter(line -> line.startsWith("data: {")).toList()) {
                text.append(JSON.readTree(line.substring(6))
                        .at("/choices/0/delta/content")
                        .asText());
            }
            assertThat(text).hasToString("A longer answer than one piece holds.");
            assertThat(asked).contains("\"usage\"").endsWith("data: [DONE]\n\n");
            assertThat(chat(engine, "{\"messages\":[],\"stream\":true}")).doesNotContain("\"usage\"");
        }
    }

    @Test
    void readsSystemTextThenToolsThenMessages() throws Exception {
        String request = """
                {"messages":[{"role":"system","content":"RULES"},{"role":"user","content":"ASK"},
                {"role":"assistant","content":"","tool_calls":[{"function":{"name":"CALL","arguments":"{}"}}]},
                {"role":"tool","content":"ONE"},{"role":"tool","content":[{"type":"text","text":"TWO"}]}],
                "tools":[{"name":"TOOL"}]}""";
        assertThat(PromptTemplate.render(JSON.readTree(request)))
                .containsSubsequence("RULES", "TOOL", "ASK", "CALL", "<|im_start|>user\n", "ONE", "TWO", "assistant");
    }

    @Test
    void refusesWhatIsNoJson() throws Exception {
        try (SimulatedEngine engine = SimulatedEngine.start(List.of())) {
            assertThat(chat(engine, "nothing")).contains("\"code\":400");
        }
    }

    private static String chat(SimulatedEngine engine, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(engine.url() + "/v1/chat/completions"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
