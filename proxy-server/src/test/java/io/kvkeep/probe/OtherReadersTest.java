package io.kvkeep.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.architecture.Attention;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.probe.ScriptedEngine.Reply;
import io.kvkeep.template.Fact;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.io.IOException;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Engines other than llama.cpp, as far as they tell of themselves. */
class OtherReadersTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ScriptedEngine engine = unset();

    @BeforeEach
    void start() throws IOException {
        engine = ScriptedEngine.start();
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void vllmRendersWithItsTokenizerAndTriesEverySwitch() {
        rendering("/tokenize", "tokens", "prompt", new FakeTemplate(true, true, "truncate_history_thinking"));
        engine.on("/version", "{\"version\":\"0.33.0\"}")
                .on("/v1/models", "{\"data\":[{\"id\":\"other\"},{\"id\":\"m\",\"max_model_len\":40960}]}");
        EngineFacts facts = new VllmReader().engine(engine.http());
        assertThat(facts.version().value()).contains("0.33.0");
        assertThat(facts.cacheKind().value()).isEqualTo(CacheKind.BLOCKS);
        assertThat(facts.reportsReuse().value()).isEqualTo(Truth.UNKNOWN);
        assertThat(facts.missingFlag()).contains("--enable-prompt-tokens-details");
        ModelFacts model = new VllmReader().model(engine.http(), "m", TODAY);
        assertThat(model.contextTokens().value()).hasValue(40_960);
        assertThat(model.template().toolsPlace().value()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
        assertThat(model.template().lateSystem().value()).isEqualTo(LateSystem.RAISES);
        assertThat(model.template().keepReasoning().value())
                .contains(new TemplateSwitch("truncate_history_thinking", "false"));
    }

    @Test
    void vllmWithoutATokenizerPathRendersByItsOwn() {
        rendering("/v1/chat/completions/render", "token_ids", "prompt", FakeTemplate.PLAIN);
        assertThat(new VllmReader()
                        .model(engine.http(), "m", TODAY)
                        .template()
                        .toolsPlace()
                        .value())
                .isEqualTo(ToolsPlace.BEHIND_SYSTEM);
    }

    @ParameterizedTest
    @CsvSource({"true, YES, ''", "false, NO, --enable-cache-report", "null, UNKNOWN, --enable-cache-report"})
    void sglangShowsWhetherItReportsReuse(String flag, Truth reports, String missing) {
        engine.on("/get_server_info", "{\"version\":\"0.5.23\",\"enable_cache_report\":" + flag + "}");
        EngineFacts facts = new SglangReader().engine(engine.http());
        assertThat(facts.version().value()).contains("0.5.23");
        assertThat(facts.reportsReuse().value()).isEqualTo(reports);
        assertThat(facts.missingFlag().orElse("")).isEqualTo(missing);
        assertThat(facts.cacheKind().value()).isEqualTo(CacheKind.BLOCKS);
    }

    @Test
    void sglangRendersWithItsTokenizer() {
        rendering("/tokenize", "tokens", "text", FakeTemplate.PLAIN);
        ModelFacts model = new SglangReader().model(engine.http(), "m", TODAY);
        assertThat(model.template().toolsPlace().value()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
        assertThat(model.template().lateSystem().value()).isEqualTo(LateSystem.KEPT);
        assertThat(model.contextTokens().evidence()).isEqualTo("/v1/models: no max_model_len");
    }

    @ParameterizedTest
    @CsvSource({"0.34.0, YES", "0.33.2, NO", "1.0.0, YES", "'', UNKNOWN"})
    void ollamaReportsReuseFromAVersionOn(String version, Truth reports) {
        engine.on("/api/version", "{\"version\":\"" + version + "\"}");
        assertThat(new OllamaReader().engine(engine.http()).reportsReuse().value())
                .isEqualTo(reports);
    }

    @Test
    void ollamaTellsTemplateAndMetadataOfEachModel() {
        engine.on(
                "/api/show", body -> new Reply(200, body.path("model").asText().equals("gemma") ? """
                {"template":"{{ .System }}{{ range .Tools }}{{ . }}{{ end }}","parameters":"stop \\"x\\"\\nnum_ctx    16384",\
                "model_info":{"general.architecture":"gemma3","gemma3.attention.sliding_window":1024,\
                "gemma3.context_length":131072,"tokenizer.ggml.tokens":null,"list":[1]}}""" : """
                {"modelfile":"FROM x\\nRENDERER qwen3-coder\\n","template":"{{ .Prompt }}","model_info":{}}"""));
        ModelFacts gemma = new OllamaReader().model(engine.http(), "gemma", TODAY);
        assertThat(gemma.attention())
                .isEqualTo(new Fact<>(
                        Attention.SLIDING_WINDOW, "/api/show: architecture gemma3, with a sliding window of 1024"));
        assertThat(gemma.template().toolsPlace().value()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
        assertThat(gemma.template().lateSystem().value()).isEqualTo(LateSystem.HOISTED);
        assertThat(gemma.contextTokens().value()).hasValue(16_384);
        ModelFacts coder = new OllamaReader().model(engine.http(), "coder", TODAY);
        assertThat(coder.template().toolsPlace().value()).isEqualTo(ToolsPlace.UNKNOWN);
        assertThat(coder.template().toolsPlace().evidence()).contains("qwen3-coder");
        assertThat(engine.asked()).as("nothing is loaded or generated").containsOnly("/api/show", "/api/ps");
    }

    @Test
    void ollamaAlsoShowsTheTemplateOfAModelsFileWhichIsJinja() {
        engine.on("/api/show", """
                {"template":"{%- for message in messages %}{%- if loop.index0 > ns.last_query_index %}\
                {{ message.reasoning_content }}{%- endif %}{{ message.content }}{%- endfor %}","model_info":{}}""");
        ModelFacts facts = new OllamaReader().model(engine.http(), "own", TODAY);

        assertThat(facts.template().stripsReasoning().value()).isEqualTo(Truth.YES);
        assertThat(facts.template().keepReasoning().value()).isEmpty();
    }

    @Test
    void ollamaTellsTheContextOfALoadedModel() {
        engine.on("/api/show", "{\"template\":\"\",\"parameters\":\"num_ctx 1\"}")
                .on("/api/ps", "{\"models\":[{\"name\":\"m\",\"context_length\":4096}]}");
        assertThat(new OllamaReader()
                        .model(engine.http(), "m", TODAY)
                        .contextTokens()
                        .evidence())
                .isEqualTo("/api/ps: context_length 4096");
        engine.on("/api/show", body -> new Reply(404, "{\"error\":\"not found\"}"));
        assertThat(new OllamaReader()
                        .model(engine.http(), "m", TODAY)
                        .template()
                        .toolsPlace()
                        .evidence())
                .isEqualTo("/api/show: no answer for this model");
    }

    @Test
    void lmStudioTellsArchitectureAndContext() {
        engine.on("/api/v1/models", """
                {"models":[{"key":"a"},{"key":"m","architecture":"lfm2",\
                "loaded_instances":[{"id":"m","config":{"context_length":8192}}]}]}""");
        ModelFacts facts = new LmStudioReader().model(engine.http(), "m", TODAY);
        assertThat(facts.contextTokens().value()).hasValue(8_192);
        assertThat(facts.attention().value()).isEqualTo(Attention.HYBRID);
        assertThat(new LmStudioReader().engine(engine.http()).reportsReuse().value())
                .isEqualTo(Truth.NO);
        assertThat(new LmStudioReader()
                        .model(engine.http(), "b", TODAY)
                        .attention()
                        .value())
                .isEqualTo(Attention.UNKNOWN);
    }

    @Test
    void anEngineOfNoKnownKindIsNotAsked() {
        assertThat(FactsReader.NOTHING.engine(engine.http()).cacheKind().value())
                .isEqualTo(CacheKind.UNKNOWN);
        assertThat(FactsReader.NOTHING.model(engine.http(), "m", TODAY).model()).isEqualTo("m");
        assertThat(engine.asked()).isEmpty();
    }

    /** Tokens of this engine are the characters of a prompt. */
    private void rendering(String path, String tokensField, String textField, FakeTemplate template) {
        engine.on(path, chat -> {
            Reply reply = template.apply(chat);
            return reply.status() == 200 ? tokens(tokensField, template.render(chat)) : reply;
        });
        engine.on("/detokenize", body -> {
            StringBuilder text = new StringBuilder();
            for (JsonNode token : body.path("tokens")) {
                text.append((char) token.asInt());
            }
            return new Reply(
                    200, NODES.objectNode().put(textField, text.toString()).toString());
        });
    }

    private static Reply tokens(String field, String prompt) {
        ObjectNode answer = NODES.objectNode();
        ArrayNode tokens = answer.putArray(field);
        prompt.chars().forEach(tokens::add);
        return new Reply(200, answer.toString());
    }

    /** Stands in a field until a test has started. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }
}
