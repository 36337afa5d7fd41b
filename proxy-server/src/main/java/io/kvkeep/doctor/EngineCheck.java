package io.kvkeep.doctor;

import io.kvkeep.engine.EngineKind;
import java.util.List;

/** Says which engine answers, and whether it has a model. */
final class EngineCheck implements Check {
    private static final String NAME = "engine";
    private static final int MOST_MODELS = 5;

    @Override
    public List<Finding> look(Seen seen) {
        EngineKind kind = seen.engine().kind();
        String url = seen.engine().address().url();
        if (kind == EngineKind.UNKNOWN) {
            return List.of(Finding.note(
                    NAME,
                    url,
                    "something answers HTTP at " + url + " that is no llama.cpp, Ollama, vLLM, SGLang or LM Studio",
                    "nothing can be asked about its template, its context and its cache",
                    "check the address: kvkeep doctor --engine URL"));
        }
        String version =
                seen.engine().facts().version().value().map(name -> " " + name).orElse("");
        if (seen.models().isEmpty()) {
            return List.of(Finding.problem(
                    NAME,
                    kind.id(),
                    kind.id() + version + " at " + url + " names no model",
                    "it answers no prompt",
                    kind == EngineKind.OLLAMA
                            ? "ollama pull MODEL"
                            : "wait until it has loaded its model, and ask again; its log tells"));
        }
        List<String> first =
                seen.models().subList(0, Math.min(MOST_MODELS, seen.models().size()));
        String more =
                seen.models().size() > first.size() ? " and " + (seen.models().size() - first.size()) + " more" : "";
        return List.of(Finding.good(
                NAME,
                kind.id(),
                kind.id() + version + " at " + url + " answers; models: " + String.join(", ", first) + more));
    }
}
