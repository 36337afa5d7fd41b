package io.kvkeep.engine;

import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.probe.FactsReader;
import io.kvkeep.probe.LlamaCppReader;
import io.kvkeep.probe.LmStudioReader;
import io.kvkeep.probe.OllamaReader;
import io.kvkeep.probe.SglangReader;
import io.kvkeep.probe.VllmReader;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The kinds of engines and what is known of each: llama.cpp b11434, Ollama 0.34.0, vLLM 0.33, SGLang 0.5.23,
 * LM Studio 0.4.
 *
 * <p>vLLM, SGLang and Ollama take the system messages of Anthropic messages out of their places and put them first.
 */
public enum EngineKind {
    /**
     * llama.cpp's server. Tells its counts on the last chunk of every stream. A request with X-Conversation-Id goes on
     * when its client is gone, so that header stays here.
     */
    LLAMA_CPP(
            "llama.cpp",
            "llamacpp",
            8080,
            false,
            CacheKind.SLOTS,
            Set.of(),
            new LlamaCppReader(),
            Set.of("x-conversation-id")),
    /** vLLM. Tells counts of a stream on request, cached ones only with --enable-prompt-tokens-details. */
    VLLM("vllm", "vllm", 8000, true, CacheKind.BLOCKS, Set.of("messages"), new VllmReader(), Set.of()),
    /** SGLang. Tells counts of a stream on request, cached ones only with --enable-cache-report. */
    SGLANG("sglang", "sglang", 30000, true, CacheKind.BLOCKS, Set.of("messages"), new SglangReader(), Set.of()),
    /** Ollama. Tells counts of a stream on request, cached ones from 0.34 on. */
    OLLAMA("ollama", "", 11434, true, CacheKind.SLOTS, Set.of("messages"), new OllamaReader(), Set.of()),
    /** LM Studio. Tells sizes of a stream on request, never cached counts. */
    LM_STUDIO("lm-studio", "", 1234, true, CacheKind.SLOTS, Set.of(), new LmStudioReader(), Set.of()),
    /** Anything that speaks the protocol; it gets nothing that the client did not send. */
    UNKNOWN("unknown", "", 0, false, CacheKind.UNKNOWN, Set.of(), FactsReader.NOTHING, Set.of());

    private final String id;
    private final String modelOwner;
    private final int usualPort;

    @SuppressWarnings("ImmutableEnumChecker") // a record of values
    private final Capabilities capabilities;

    @SuppressWarnings("ImmutableEnumChecker") // readers hold nothing
    private final FactsReader reader;

    @SuppressWarnings("ImmutableEnumChecker") // made with Set.of
    private final Set<String> withheldHeaders;

    EngineKind(
            String id,
            String modelOwner,
            int usualPort,
            boolean tellsUsageOnRequest,
            CacheKind cacheKind,
            Set<String> hoistsIn,
            FactsReader reader,
            Set<String> withheldHeaders) {
        this.id = id;
        this.modelOwner = modelOwner;
        this.usualPort = usualPort;
        this.capabilities = new Capabilities(tellsUsageOnRequest, cacheKind, hoistsIn);
        this.reader = reader;
        this.withheldHeaders = withheldHeaders;
    }

    /** Returns the name, also a label in the metrics. */
    public String id() {
        return id;
    }

    /** Finds the kind that names itself so as the owner of its models in {@code /v1/models}; others do not. */
    static Optional<EngineKind> ownerOfModels(String owner) {
        return Stream.of(values())
                .filter(kind -> !owner.isEmpty() && kind.modelOwner.equals(owner))
                .findFirst();
    }

    /** Returns the port on which it listens unless told otherwise; 0 for {@link #UNKNOWN}. */
    public int usualPort() {
        return usualPort;
    }

    /** Returns how to ask engines of this kind for facts. */
    FactsReader reader() {
        return reader;
    }

    /** Returns what plans need to know of every engine of this kind, whatever its model. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** Returns the lower-case names of request headers that it must not see. */
    public Set<String> withheldHeaders() {
        return withheldHeaders;
    }
}
