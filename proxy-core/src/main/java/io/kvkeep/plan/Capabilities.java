package io.kvkeep.plan;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateFacts;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.util.Optional;
import java.util.Set;

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
 * @param hoistsIn ids of the dialects in which the engine itself moves late system messages to the top, before its
 *     template sees them
 */
public record Capabilities(
        boolean tellsUsageOnRequest,
        CacheKind cacheKind,
        ToolsPlace toolsPlace,
        LateSystem lateSystem,
        Truth stripsReasoning,
        Optional<TemplateSwitch> keepReasoning,
        Set<String> hoistsIn) {
    /** An engine of which nothing is known: it gets no field that the client did not send. */
    public static final Capabilities UNKNOWN = new Capabilities(false);

    /** Copies the set. */
    public Capabilities {
        hoistsIn = Set.copyOf(hoistsIn);
    }

    /** An engine that leaves late system messages to its template. */
    public Capabilities(
            boolean tellsUsageOnRequest,
            CacheKind cacheKind,
            ToolsPlace toolsPlace,
            LateSystem lateSystem,
            Truth stripsReasoning,
            Optional<TemplateSwitch> keepReasoning) {
        this(tellsUsageOnRequest, cacheKind, toolsPlace, lateSystem, stripsReasoning, keepReasoning, Set.of());
    }

    /** An engine of which no more is known. */
    public Capabilities(boolean tellsUsageOnRequest) {
        this(tellsUsageOnRequest, CacheKind.UNKNOWN);
    }

    /** An engine whose chat template is not known. */
    public Capabilities(boolean tellsUsageOnRequest, CacheKind cacheKind) {
        this(tellsUsageOnRequest, cacheKind, Set.of());
    }

    /** An engine whose chat template is not known, but what it does before that. */
    public Capabilities(boolean tellsUsageOnRequest, CacheKind cacheKind, Set<String> hoistsIn) {
        this(
                tellsUsageOnRequest,
                cacheKind,
                ToolsPlace.UNKNOWN,
                LateSystem.UNKNOWN,
                Truth.UNKNOWN,
                Optional.empty(),
                hoistsIn);
    }

    /** Returns what becomes of a late system message in a request of that dialect. */
    LateSystem lateSystem(Dialect dialect) {
        return hoistsIn.contains(dialect.id()) ? LateSystem.HOISTED : lateSystem;
    }

    /** Returns the same engine with a model of this chat template. */
    public Capabilities with(TemplateFacts template) {
        return new Capabilities(
                tellsUsageOnRequest,
                cacheKind,
                template.toolsPlace().value(),
                template.lateSystem().value(),
                template.stripsReasoning().value(),
                template.keepReasoning().value(),
                hoistsIn);
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
