package io.kvkeep.probe;

import io.kvkeep.architecture.Attention;
import io.kvkeep.template.Fact;
import io.kvkeep.template.TemplateFacts;
import java.util.OptionalLong;

/**
 * What is known of one model on an engine.
 *
 * @param model its name in requests
 * @param contextTokens how many tokens prompt and answer may have together
 * @param attention what it remembers of its prompt
 * @param template what its chat template does
 */
public record ModelFacts(
        String model, Fact<OptionalLong> contextTokens, Fact<Attention> attention, TemplateFacts template) {

    /** A model of which nothing is known but its name. */
    public static ModelFacts unknown(String model, String evidence) {
        return new ModelFacts(
                model,
                new Fact<>(OptionalLong.empty(), evidence),
                new Fact<>(Attention.UNKNOWN, evidence),
                TemplateFacts.unknown(evidence));
    }
}
