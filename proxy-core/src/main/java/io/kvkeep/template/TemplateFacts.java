package io.kvkeep.template;

import java.util.Optional;

/**
 * What is known of one chat template.
 *
 * @param toolsPlace where it prints the tools
 * @param lateSystem what it does with a system message that is not the first message
 * @param stripsReasoning whether reasoning of a finished turn is gone from the next user turn on
 * @param keepReasoning the switch that stops this, if the template has one
 * @param printsDate whether it prints today's date, so that the prompt changes at midnight
 */
public record TemplateFacts(
        Fact<ToolsPlace> toolsPlace,
        Fact<LateSystem> lateSystem,
        Fact<Truth> stripsReasoning,
        Fact<Optional<TemplateSwitch>> keepReasoning,
        Fact<Truth> printsDate) {

    /** Facts of a template of which nothing can be read. */
    public static TemplateFacts unknown(String evidence) {
        return new TemplateFacts(
                new Fact<>(ToolsPlace.UNKNOWN, evidence),
                new Fact<>(LateSystem.UNKNOWN, evidence),
                new Fact<>(Truth.UNKNOWN, evidence),
                new Fact<>(Optional.empty(), evidence),
                new Fact<>(Truth.UNKNOWN, evidence));
    }

    /** Fills in from another reading of the same template what is unknown here. */
    public TemplateFacts or(TemplateFacts other) {
        return new TemplateFacts(
                toolsPlace.value() == ToolsPlace.UNKNOWN ? other.toolsPlace : toolsPlace,
                lateSystem.value() == LateSystem.UNKNOWN ? other.lateSystem : lateSystem,
                stripsReasoning.value() == Truth.UNKNOWN ? other.stripsReasoning : stripsReasoning,
                // A template that was seen to strip nothing, or not to obey a switch, is not overruled by its text.
                stripsReasoning.value() == Truth.UNKNOWN ? other.keepReasoning : keepReasoning,
                printsDate.value() == Truth.UNKNOWN ? other.printsDate : printsDate);
    }

    /** Returns the same with a switch that was looked for. */
    public TemplateFacts withKeepReasoning(Fact<Optional<TemplateSwitch>> found) {
        return new TemplateFacts(toolsPlace, lateSystem, stripsReasoning, found, printsDate);
    }
}
