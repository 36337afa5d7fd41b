package io.kvkeep.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.probe.EngineFacts;
import io.kvkeep.probe.EngineHttp;
import io.kvkeep.probe.EngineHttp.Answer;
import io.kvkeep.probe.FactsReader;
import java.net.http.HttpClient;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks an address what stands behind it: {@code GET /v1/models} names the owner of its models at llama.cpp, vLLM and
 * SGLang; Ollama says so at {@code GET /}; LM Studio alone has {@code /api/v1/models}. SGLang is asked for before
 * Ollama, whose {@code /api/tags} it answers too.
 */
public final class EngineProbe {
    private static final int MAX_MODELS = 50;
    /** Models whose templates are read; an engine with more is asked for its first ones. */
    private static final int MAX_MODELS_READ = 16;

    private final HttpClient client = EngineHttp.client();

    /** Returns a way to ask more; each look at an engine takes a new one. */
    EngineHttp http(EngineAddress address) {
        return new EngineHttp(client, address.url());
    }

    /**
     * Asks the address; blocks for at most some seconds.
     *
     * @return what was found, or empty if nothing answers HTTP there
     */
    public Optional<Found> probe(EngineAddress address) {
        EngineHttp http = http(address);
        Answer models = http.get("/v1/models");
        return models.came() ? Optional.of(new Found(kind(http, models), names(models))) : Optional.empty();
    }

    /** Returns the names of the engine's models, or empty if nothing answers HTTP there. */
    Optional<List<String>> models(EngineAddress address) {
        // llama.cpp answers with 503 while it loads a model.
        Answer models = http(address).get("/v1/models");
        return models.came() ? Optional.of(names(models)) : Optional.empty();
    }

    private static List<String> names(Answer models) {
        List<String> names = new ArrayList<>();
        for (JsonNode model : models.json().path("data")) {
            if (names.size() < MAX_MODELS && model.path("id").isTextual()) {
                names.add(model.path("id").asText());
            }
        }
        return names;
    }

    private static EngineKind kind(EngineHttp http, Answer models) {
        String owner = models.json().path("data").path(0).path("owned_by").asText("");
        Optional<EngineKind> named = EngineKind.ownerOfModels(owner);
        if (named.isPresent()) {
            return named.get();
        }
        if (models.server().startsWith("llama.cpp")) {
            return EngineKind.LLAMA_CPP;
        }
        if (http.get("/").body().startsWith("Ollama is running")) {
            return EngineKind.OLLAMA;
        }
        boolean lmStudio = http.get("/api/v1/models").json().path("models").isArray();
        return lmStudio ? EngineKind.LM_STUDIO : EngineKind.UNKNOWN;
    }

    /**
     * Asks an engine for facts; blocks for as long as the engine takes to answer some dozens of small questions.
     *
     * @param partly takes what is known so far, after each model
     */
    Asked facts(EngineAddress address, Found found, Consumer<EngineFacts> partly) {
        EngineHttp http = http(address);
        FactsReader reader = found.kind().reader();
        LocalDate today = LocalDate.now(ZoneId.systemDefault());
        EngineFacts facts = reader.engine(http);
        for (String model : found.models()
                .subList(0, Math.min(MAX_MODELS_READ, found.models().size()))) {
            facts = facts.with(reader.model(http, model, today));
            partly.accept(facts);
            if (http.missedAnswer()) {
                break; // it hangs; it is asked again later
            }
        }
        return new Asked(facts, !http.missedAnswer());
    }

    /**
     * Asks an address for all that can be found out without a token generated; blocks as {@link #facts} does.
     *
     * @return what was found, or empty if nothing answers HTTP there
     */
    public Optional<Looked> look(EngineAddress address) {
        return probe(address).map(found -> {
            Asked asked = facts(address, found, partly -> {});
            return new Looked(new Engine(address, found.kind(), asked.facts()), found.models(), asked.complete());
        });
    }

    /**
     * An engine with all that it told.
     *
     * @param models names of its models, at most 50; facts are known of the first 16
     * @param complete whether every question had an answer, be it an error
     */
    public record Looked(Engine engine, List<String> models, boolean complete) {
        /** Copies the list. */
        public Looked {
            models = List.copyOf(models);
        }
    }

    /**
     * What an engine told.
     *
     * @param complete whether every question had an answer, be it an error
     */
    record Asked(EngineFacts facts, boolean complete) {}

    /**
     * What a probe found.
     *
     * @param kind what the engine is
     * @param models names of its models, at most 50
     */
    public record Found(EngineKind kind, List<String> models) {
        /** Copies the list. */
        public Found {
            models = List.copyOf(models);
        }
    }
}
