package io.kvkeep.engine;

import io.kvkeep.plan.Capabilities;
import java.util.Set;

/**
 * The kinds of engines and what is known of each: llama.cpp b11434, Ollama 0.34.0, vLLM 0.33, SGLang 0.5.23,
 * LM Studio 0.4.
 */
public enum EngineKind {
    /**
     * llama.cpp's server. Tells its counts on the last chunk of every stream. A request with X-Conversation-Id goes on
     * when its client is gone, so that header stays here.
     */
    LLAMA_CPP("llama.cpp", 8080, false, Set.of("x-conversation-id")),
    /** vLLM. Tells counts of a stream on request, cached ones only with --enable-prompt-tokens-details. */
    VLLM("vllm", 8000, true, Set.of()),
    /** SGLang. Tells counts of a stream on request, cached ones only with --enable-cache-report. */
    SGLANG("sglang", 30000, true, Set.of()),
    /** Ollama. Tells counts of a stream on request, cached ones from 0.34 on. */
    OLLAMA("ollama", 11434, true, Set.of()),
    /** LM Studio. Tells sizes of a stream on request, never cached counts. */
    LM_STUDIO("lm-studio", 1234, true, Set.of()),
    /** Anything that speaks the protocol; it gets nothing that the client did not send. */
    UNKNOWN("unknown", 0, false, Set.of());

    private final String id;
    private final int usualPort;
    private final Capabilities capabilities;
    private final Set<String> withheldHeaders;

    EngineKind(String id, int usualPort, boolean tellsUsageOnRequest, Set<String> withheldHeaders) {
        this.id = id;
        this.usualPort = usualPort;
        this.capabilities = new Capabilities(tellsUsageOnRequest);
        this.withheldHeaders = withheldHeaders;
    }

    /** Returns the name, also a label in the metrics. */
    public String id() {
        return id;
    }

    /** Returns the port on which it listens unless told otherwise; 0 for {@link #UNKNOWN}. */
    public int usualPort() {
        return usualPort;
    }

    /** Returns what plans need to know. */
    public Capabilities capabilities() {
        return capabilities;
    }

    /** Returns the lower-case names of request headers that it must not see. */
    public Set<String> withheldHeaders() {
        return withheldHeaders;
    }
}
