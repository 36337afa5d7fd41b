package io.kvkeep.template;

import java.util.List;

/**
 * A field of {@code chat_template_kwargs} that makes a template keep earlier reasoning.
 *
 * @param name the field's name
 * @param json its value as JSON
 */
public record TemplateSwitch(String name, String json) {
    /** The switches that are known: of Qwen3.6, GLM-4.7 and Nemotron-3. */
    public static final List<TemplateSwitch> KNOWN = List.of(
            new TemplateSwitch("preserve_thinking", "true"),
            new TemplateSwitch("clear_thinking", "false"),
            new TemplateSwitch("truncate_history_thinking", "false"));

    /** Returns those that a template text names; others would be sent in vain. */
    public static List<TemplateSwitch> namedIn(String templateText) {
        return KNOWN.stream().filter(one -> templateText.contains(one.name)).toList();
    }

    /** Returns it as it is written to a person, such as {@code clear_thinking:false}. */
    public String shown() {
        return name + ":" + json;
    }
}
