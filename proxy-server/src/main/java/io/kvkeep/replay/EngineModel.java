package io.kvkeep.replay;

import java.util.Optional;
import java.util.stream.Stream;

/** What an engine would have taken from its cache. Not for several threads at once. */
interface EngineModel {
    /**
     * Returns how many bytes at the start of a prompt the engine has, and lets it read the prompt and answer.
     *
     * @param rendered the prompt with its answer
     */
    int read(Rendered rendered);

    /** The models there are. */
    enum Kind {
        /** One tree that all requests share and that forgets nothing: vLLM and SGLang with much memory. */
        RADIX,
        /** One slot of llama.cpp or Ollama with a model that can go on at few checkpoints only: Qwen3.5, LFM2. */
        HYBRID;

        EngineModel model() {
            return this == RADIX ? new RadixModel() : new HybridModel();
        }

        static Optional<Kind> of(String id) {
            return Stream.of(values())
                    .filter(kind -> kind.name().equalsIgnoreCase(id))
                    .findFirst();
        }
    }
}
