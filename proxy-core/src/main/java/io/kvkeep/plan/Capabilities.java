package io.kvkeep.plan;

import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.Optional;

/**
 * What the engine can do and what it needs with one model, as far as plans depend on it.
 *
 * @param tellsUsageOnRequest whether a stream carries the counts of tokens only with {@code
 *     stream_options.include_usage}
 * @param cacheKind how requests share what the engine holds
 * @param toolsPlace where the chat template prints the tools
 * @param lateSystem what the template does with a system message that is not the first message
 * @param stripsReasoning whether reasoning of a finished turn is gone from the next user turn on
 * @param keepReasoning the {@code chat_template_kwargs} switch that stops this; empty if none is known or needed
 */
public record Capabilities(
        boolean tellsUsageOnRequest,
        CacheKind cacheKind,
        ToolsPlace toolsPlace,
        LateSystem lateSystem,
        Truth stripsReasoning,
        Optional<TemplateSwitch> keepReasoning) {
    /** An engine of which nothing is known: it gets no field that the client did not send. */
    public static final Capabilities UNKNOWN = new Capabilities(false);

    /** An engine of which no more is known. */
    public Capabilities(boolean tellsUsageOnRequest) {
        this(tellsUsageOnRequest, CacheKind.UNKNOWN);
    }

    /** An engine whose chat template is not known. */
    public Capabilities(boolean tellsUsageOnRequest, CacheKind cacheKind) {
        this(tellsUsageOnRequest, cacheKind, ToolsPlace.UNKNOWN, LateSystem.UNKNOWN, Truth.UNKNOWN, Optional.empty());
    }

    /** Returns the same engine with a model of this chat template. */
    public Capabilities with(TemplateFacts template) {
        return new Capabilities(
                tellsUsageOnRequest,
                cacheKind,
                template.toolsPlace().value(),
                template.lateSystem().value(),
                template.stripsReasoning().value(),
                template.keepReasoning().value());
    }

    /** How requests share what an engine holds. */
    public enum CacheKind {
        /** One conversation per slot, and two that begin alike steal each other's: llama.cpp, Ollama, LM Studio. */
        SLOTS,
        /** Blocks that all requests share: vLLM, SGLang. */
        BLOCKS,
        UNKNOWN
    }
}
