package io.kvkeep.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Small templates in the shapes of those that models come with. */
final class JinjaTemplateTest {
    private static final String TURNS = """
            {%- for message in messages %}
              {%- if message.role == "user" or (message.role == "system" and not loop.first) %}
                {{- "<" + message.role + ">" + message.content }}
              {%- elif message.role == "assistant" %}
                {{- "<" + message.role + ">" + message.content }}
              {%- endif %}
            {%- endfor %}
            """;
    private static final String TOOL_LIST = "{%- for tool in tools %}{{ tool | tojson }}{% endfor %}";
    private static final String SYSTEM =
            "{%- if messages[0]['role'] == 'system' %}{{ messages[0]['content'] }}{% endif %}";

    @Test
    void toolsBehindTheFirstMessageStandBehindTheSystemText() {
        assertThat(read("{% if tools %}" + SYSTEM + "# tools\n" + TOOL_LIST + "{% endif %}" + TURNS)
                        .toolsPlace()
                        .value())
                .isEqualTo(ToolsPlace.BEHIND_SYSTEM);
    }

    @Test
    void toolsBeforeTheFirstMessageStandBeforeTheSystemText() {
        assertThat(read(TOOL_LIST + SYSTEM + TURNS).toolsPlace().value()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
    }

    @Test
    void toolsAtTheTopStandBeforeSystemTextsThatTheLoopPrints() {
        String template = TOOL_LIST + """
                {% for m in messages %}{% if m.role == 'user' %}{% set ns.last_user_index = loop.index0 %}{% endif %}{% endfor %}
                {% for m in messages %}
                  {%- if m.role == 'user' -%}<|user|>{{ m.content }}
                  {%- elif m.role == 'system' -%}<|system|>{{ m.content }}{% endif %}
                {% endfor %}""";
        TemplateFacts facts = read(template);
        assertThat(facts.toolsPlace().value()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
        assertThat(facts.lateSystem().value()).isEqualTo(LateSystem.KEPT);
    }

    @Test
    void aVariableThatHoldsTheSystemTextCountsWhereItIsPrinted() {
        String template = "{% set system = messages[0].content %}" + TOOL_LIST + "{{ system }}" + TURNS;
        assertThat(read(template).toolsPlace().value()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
    }

    @Test
    void aMacroCountsWhereItIsCalled() {
        String macro = "{%- macro tool_list() %}" + TOOL_LIST + "{% endmacro %}";
        assertThat(read(macro + SYSTEM + "{{ '\\n' + tool_list() }}" + TURNS)
                        .toolsPlace()
                        .value())
                .isEqualTo(ToolsPlace.BEHIND_SYSTEM);
        assertThat(read(macro + "{{ tool_list() }}" + SYSTEM + TURNS)
                        .toolsPlace()
                        .value())
                .isEqualTo(ToolsPlace.BEFORE_SYSTEM);
    }

    @Test
    void wordsInsideOfQuotedTextsAreNoTools() {
        String template = "{{ \"Calls to these tools }} go to 'functions'\" }}" + SYSTEM + TOOL_LIST + TURNS;
        assertThat(read(template).toolsPlace().value()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
    }

    @Test
    void commentsAreNoCode() {
        assertThat(read("{# {{ tools }} #}" + SYSTEM + TOOL_LIST + TURNS)
                        .toolsPlace()
                        .value())
                .isEqualTo(ToolsPlace.BEHIND_SYSTEM);
    }

    @Test
    void toolsWithTheNewestUserMessageAreNamedAsSuch() {
        String template = """
                {% set system_message = messages[0]["content"] %}
                {% for message in loop_messages %}
                  {% if message["role"] == "user" %}
                    {% if tools and message == user_messages[-1] %}[TOOLS]{{ tools | tojson }}{% endif %}
                    {{ "[INST]" + system_message + message["content"] }}
                  {% endif %}
                {% endfor %}""";
        Fact<ToolsPlace> place = read(template).toolsPlace();
        assertThat(place.value()).isEqualTo(ToolsPlace.BEFORE_LAST_USER);
        assertThat(place.evidence()).contains("inside the loop over messages");
    }

    @Test
    void toolsWithEachMessageAreUnknown() {
        String template = SYSTEM + "{% for message in messages %}{{ tools }}{{ message.content }}{% endfor %}";
        assertThat(read(template).toolsPlace().value()).isEqualTo(ToolsPlace.UNKNOWN);
    }

    @Test
    void aTemplateWithoutToolsIsUnknown() {
        assertThat(read(SYSTEM + TURNS).toolsPlace())
                .isEqualTo(new Fact<>(ToolsPlace.UNKNOWN, "/props: no place is seen where tools are printed"));
        assertThat(read("{{ tools }}").toolsPlace().evidence()).contains("system texts");
    }

    @Test
    void aLoopThatNamesTheSystemRoleKeepsLateSystemMessages() {
        assertThat(read(SYSTEM + TURNS).lateSystem().value()).isEqualTo(LateSystem.KEPT);
    }

    @Test
    void aLoopThatPrintsAnyRoleKeepsLateSystemMessages() {
        String template = """
                {% for message in turns %}{% if message.role == 'tool' %}{{ message.content }}
                {% else %}{{ '<' + message.role + '>' + message.content }}{% endif %}{% endfor %}""";
        assertThat(read(template).lateSystem().value()).isEqualTo(LateSystem.KEPT);
    }

    @Test
    void aLoopThatPrintsOtherRolesOnlyLosesLateSystemMessages() {
        String template = """
                {% for message in loop_messages %}
                {%- if message.role == 'assistant' %}{{ message.role + message.content }}
                {%- elif message.role == 'user' %}{{ message.content }}{% endif %}{% endfor %}""";
        assertThat(read(template).lateSystem().value()).isEqualTo(LateSystem.LOST);
    }

    @Test
    void aTemplateThatRefusesASecondSystemMessageRaises() {
        String refuses = """
                {% for message in messages %}{% if message.role == "system" %}{% if not loop.first %}
                {{- raise_exception('System message must be at the beginning.') }}{% endif %}{% endif %}{% endfor %}""";
        assertThat(read(refuses).lateSystem())
                .isEqualTo(new Fact<>(
                        LateSystem.RAISES, "/props: the template raises 'System message must be at the beginning.'"));
        String alternates = "{{ raise_exception(\"Conversation roles must alternate user/assistant\") }}";
        assertThat(read(alternates).lateSystem().value()).isEqualTo(LateSystem.RAISES);
    }

    @Test
    void otherRefusalsSayNothingOfLateSystemMessages() {
        String template = "{{ raise_exception('System message cannot contain images.') }}" + TURNS;
        assertThat(read(template).lateSystem().value()).isEqualTo(LateSystem.KEPT);
    }

    @Test
    void aTemplateThatCollectsSystemTextsHoists() {
        String template = """
                {% for message in messages %}{% if message['role'] == 'system' %}
                {% set ns.system_prompt = ns.system_prompt + message['content'] %}{% endif %}{% endfor %}
                {{ ns.system_prompt }}""";
        assertThat(read(template).lateSystem().value()).isEqualTo(LateSystem.HOISTED);
    }

    @Test
    void nothingIsConcludedFromATemplateWithoutALoop() {
        assertThat(read("{{ messages[0].content }}").lateSystem().value()).isEqualTo(LateSystem.UNKNOWN);
    }

    @Test
    void reasoningBeforeTheLastQueryIsStripped() {
        String template =
                "{% if loop.index0 > ns.last_query_index %}{{ '<think>' + message.reasoning_content }}{% endif %}";
        assertThat(read(template).stripsReasoning().value()).isEqualTo(Truth.YES);
        assertThat(read("{{ message.reasoning_content }}").stripsReasoning().value())
                .isEqualTo(Truth.UNKNOWN);
        assertThat(read(TURNS).stripsReasoning().value()).isEqualTo(Truth.NO);
    }

    @Test
    void aSwitchIsFoundOnlyWhereTheTextNamesIt() {
        String strips = "{% if clear_thinking and loop.index0 < last_user_index %}{{ m.reasoning_content }}{% endif %}";
        assertThat(read(strips).keepReasoning().value()).contains(new TemplateSwitch("clear_thinking", "false"));
        assertThat(read(strips.replace("clear_", "")).keepReasoning().value()).isEmpty();
        assertThat(TemplateSwitch.namedIn("{{ preserve_thinking }}"))
                .extracting(TemplateSwitch::shown)
                .containsExactly("preserve_thinking:true");
    }

    @Test
    void aDateIsPrintedByItsFunction() {
        assertThat(read("{{ strftime_now('%Y-%m-%d') }}").printsDate())
                .isEqualTo(new Fact<>(Truth.YES, "/props: the template text uses strftime_now"));
        assertThat(read("Knowledge cutoff: 2024-06").printsDate().value()).isEqualTo(Truth.NO);
    }

    @Test
    void brokenTemplatesAreRead() {
        for (String broken : new String[] {
            "", "{", "{{", "{% for message in messages", "{# no end", "{{ 'no end", "{%-%}", "{%endif%}"
        }) {
            assertThat(read(broken).toolsPlace().value()).isEqualTo(ToolsPlace.UNKNOWN);
            assertThat(read(broken).lateSystem().value()).isEqualTo(LateSystem.UNKNOWN);
        }
    }

    private static TemplateFacts read(String template) {
        return JinjaTemplate.read("/props", template);
    }
}
