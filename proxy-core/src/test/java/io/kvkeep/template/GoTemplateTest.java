package io.kvkeep.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Small templates in the shapes of those in Ollama's library. */
final class GoTemplateTest {
    private static final String TOOL_LIST =
            "{{- if .Tools }}# Tools{{- range .Tools }}{{ .Function }}{{- end }}{{- end }}";
    private static final String TURNS = """
            {{- range $i, $_ := .Messages }}
            {{- if eq .Role "user" }}<user>{{ .Content }}
            {{- else if eq .Role "assistant" }}<assistant>{{ .Content }}
            {{- end }}{{- end }}""";

    @Test
    void toolsStandBehindTheSystemText() {
        assertThat(read("{{- if or .System .Tools }}{{ .System }}" + TOOL_LIST + "{{ end }}" + TURNS)
                        .toolsPlace())
                .isEqualTo(new Fact<>(
                        ToolsPlace.BEHIND_SYSTEM, "/api/show: the template prints tools at 63, system texts at 27"));
    }

    @Test
    void toolsStandBeforeTheSystemText() {
        assertThat(read(TOOL_LIST + "{{ .System }}" + TURNS).toolsPlace().value())
                .isEqualTo(ToolsPlace.BEFORE_SYSTEM);
        assertThat(read("{{ json .Tools }}{{- range .Messages }}{{ .Role }}{{ .Content }}{{ end }}")
                        .toolsPlace()
                        .value())
                .isEqualTo(ToolsPlace.BEFORE_SYSTEM);
    }

    @Test
    void toolsWithTheNewestMessageAreNamedAsSuch() {
        String bySlice = """
                {{- range $i, $_ := .Messages }}{{- if eq .Role "user" }}
                {{- if and (le (len (slice $.Messages $i)) 2) $.Tools }}[TOOLS] {{ $.Tools }}{{ end }}
                [INST] {{ if $.System }}{{ $.System }}{{ end }}{{ .Content }}{{ end }}{{ end }}""";
        String byLast = """
                {{- if .System }}{{ .System }}{{ end }}{{- range $i, $_ := .Messages }}
                {{- $last := eq (len (slice $.Messages $i)) 1 }}{{- if and $.Tools $last }}{{- range $.Tools }}{{ . }}{{ end }}{{ end }}
                {{ .Content }}{{ end }}""";
        assertThat(read(bySlice).toolsPlace().value()).isEqualTo(ToolsPlace.BEFORE_LAST_USER);
        assertThat(read(byLast).toolsPlace().value()).isEqualTo(ToolsPlace.BEFORE_LAST_USER);
    }

    @Test
    void aTemplateWithoutToolsIsUnknown() {
        assertThat(read("{{ .System }}{{ .Prompt }}").toolsPlace().value()).isEqualTo(ToolsPlace.UNKNOWN);
        assertThat(read("{{ .Tools }}{{ .Prompt }}").toolsPlace().evidence()).contains("system texts");
    }

    @Test
    void oneSystemTextOfAllHoists() {
        assertThat(read("{{ .System }}" + TURNS).lateSystem().value()).isEqualTo(LateSystem.HOISTED);
    }

    @Test
    void aLoopOverAllRolesKeepsLateSystemMessages() {
        assertThat(read("{{ range .Messages }}{{ .Role }}: {{ .Content }}{{ end }}")
                        .lateSystem()
                        .value())
                .isEqualTo(LateSystem.KEPT);
        assertThat(read("{{ range .Messages }}{{ if eq .Role \"system\" }}{{ .Content }}{{ end }}{{ end }}")
                        .lateSystem()
                        .value())
                .isEqualTo(LateSystem.KEPT);
        assertThat(read(TURNS).lateSystem().value()).isEqualTo(LateSystem.UNKNOWN);
    }

    @Test
    void thinkingBeforeTheLastUserMessageIsStripped() {
        String strips = "{{ if and .Thinking (gt $i $lastUserIdx) }}{{ .Thinking }}{{ end }}";
        assertThat(read(strips).stripsReasoning().value()).isEqualTo(Truth.YES);
        assertThat(read("{{ .Thinking }}").stripsReasoning().value()).isEqualTo(Truth.UNKNOWN);
        assertThat(read(TURNS).stripsReasoning().value()).isEqualTo(Truth.NO);
        assertThat(read(strips).keepReasoning().value()).isEmpty();
    }

    @Test
    void aDateIsPrintedByItsFunction() {
        assertThat(read("Today: {{ currentDate }}").printsDate().value()).isEqualTo(Truth.YES);
        assertThat(read(TURNS).printsDate().value()).isEqualTo(Truth.NO);
    }

    private static TemplateFacts read(String template) {
        return GoTemplate.read("/api/show", template);
    }
}
