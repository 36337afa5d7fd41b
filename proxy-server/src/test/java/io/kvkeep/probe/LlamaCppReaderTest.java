package io.kvkeep.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.architecture.Attention;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.template.Fact;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.io.IOException;
import java.time.LocalDate;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LlamaCppReaderTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);
    private static final String PROPS = """
            {"build_info":"b11434-0c1e5","total_slots":4,"default_generation_settings":{"n_ctx":65536},\
            "model_path":"relative.gguf","chat_template":"%s"}""";
    private static final String TEXT = "{% for tool in tools %}{{ tool }}{% endfor %}{{ messages[0].content }}";

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
    void propsTellVersionAndSlots() {
        engine.on("/props", PROPS.formatted(TEXT));
        EngineFacts facts = new LlamaCppReader().engine(engine.http());
        assertThat(facts.version().value()).contains("b11434-0c1e5");
        assertThat(facts.slots()).isEqualTo(new Fact<>(OptionalLong.of(4), "/props: total_slots 4"));
        assertThat(facts.cacheKind().value()).isEqualTo(CacheKind.SLOTS);
        assertThat(facts.reportsReuse().value()).isEqualTo(Truth.YES);
        assertThat(facts.pinning().value()).isEqualTo(Truth.UNKNOWN);
    }

    @Test
    void renderedTrialsTellWhatTheTemplateDoes() {
        engine.on("/props", PROPS.formatted(TEXT)).on("/apply-template", new FakeTemplate(true, true, "")::apply);
        ModelFacts facts = model();
        assertThat(facts.contextTokens().value()).hasValue(65_536);
        assertThat(facts.template().toolsPlace().value()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
        assertThat(facts.template().lateSystem())
                .isEqualTo(new Fact<>(
                        LateSystem.RAISES,
                        "/apply-template: 400 with a late system message, taken without: the system message is late"));
        assertThat(facts.template().stripsReasoning().value()).isEqualTo(Truth.NO);
        assertThat(facts.template().printsDate().value()).isEqualTo(Truth.NO);
    }

    @Test
    void renderingOverrulesTheText() {
        engine.on("/props", PROPS.formatted(TEXT)).on("/apply-template", FakeTemplate.PLAIN::apply);
        Fact<ToolsPlace> place = model().template().toolsPlace();
        assertThat(place.value()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
        assertThat(place.evidence()).startsWith("/apply-template: ");
    }

    @Test
    void withoutRenderingTheTextIsRead() {
        engine.on("/props", PROPS.formatted(TEXT));
        Fact<ToolsPlace> place = model().template().toolsPlace();
        assertThat(place.value()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
        assertThat(place.evidence()).startsWith("/props: ");
        assertThat(engine.asked()).as("no further trial").containsOnlyOnce("/apply-template");
    }

    @Test
    void aSwitchThatTheTextNamesIsTriedAndKept() {
        engine.on("/props", PROPS.formatted("clear_thinking"))
                .on("/apply-template", new FakeTemplate(false, false, "clear_thinking")::apply);
        assertThat(model().template().stripsReasoning().value()).isEqualTo(Truth.YES);
        assertThat(model().template().keepReasoning())
                .satisfies(fact -> assertThat(fact.value()).contains(new TemplateSwitch("clear_thinking", "false")))
                .satisfies(fact -> assertThat(fact.evidence())
                        .isEqualTo("/apply-template: with clear_thinking:false the reasoning stayed"));
    }

    @Test
    void aSwitchThatDoesNothingOrIsNotNamedIsNone() {
        engine.on("/props", PROPS.formatted("preserve_thinking"))
                .on("/apply-template", new FakeTemplate(false, false, "clear_thinking")::apply);
        Fact<?> tried = model().template().keepReasoning();
        assertThat(tried.evidence())
                .isEqualTo("/apply-template: the reasoning did not stay with preserve_thinking:true");
        engine.on("/props", PROPS.formatted("no such thing"));
        assertThat(model().template().keepReasoning().evidence())
                .isEqualTo("/apply-template: the template text names no switch");
    }

    @Test
    void aRouterIsNotAskedAboutModels() {
        engine.on("/apply-template", FakeTemplate.PLAIN::apply)
                .on("/props", PROPS.formatted(TEXT))
                .on("/v1/models", "{\"data\":[{\"id\":\"m\",\"status\":{\"value\":\"unloaded\"}}]}");
        assertThat(model().template().toolsPlace().value()).isEqualTo(ToolsPlace.UNKNOWN);
        engine.on("/v1/models", "{\"data\":[{\"id\":\"m\"}]}").on("/props", "{\"role\":\"router\"}");
        assertThat(model().template().toolsPlace().evidence()).contains("would load it");
        assertThat(engine.asked()).doesNotContain("/apply-template");
    }

    @Test
    void anEngineThatTellsNothingIsUnknown() {
        ModelFacts facts = model();
        assertThat(facts.contextTokens().value()).isEmpty();
        assertThat(facts.attention().value()).isEqualTo(Attention.UNKNOWN);
        assertThat(facts.template().toolsPlace().value()).isEqualTo(ToolsPlace.UNKNOWN);
        assertThat(facts.template().keepReasoning().value()).isEmpty();
        assertThat(new LlamaCppReader().engine(engine.http()).slots().value()).isEmpty();
    }

    private ModelFacts model() {
        return new LlamaCppReader().model(engine.http(), "m", TODAY);
    }

    /** Stands in a field until a test has started. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }
}
