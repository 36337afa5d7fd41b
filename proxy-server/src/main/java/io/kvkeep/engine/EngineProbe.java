package io.kvkeep.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks an address what stands behind it: {@code GET /v1/models} names the owner of its models at llama.cpp, vLLM and
 * SGLang; Ollama says so at {@code GET /}; LM Studio alone has {@code /api/v1/models}. SGLang is asked for before
 * Ollama, whose {@code /api/tags} it answers too.
 */
public final class EngineProbe {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_MODELS = 50;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * Asks the address; blocks for at most some seconds.
     *
     * @return what was found, or empty if nothing answers HTTP there
     */
    public Optional<Found> probe(EngineAddress address) {
        Optional<Answer> models = get(address, "/v1/models");
        if (models.isEmpty()) {
            return Optional.empty();
        }
        JsonNode list = models.get().json();
        List<String> names = new ArrayList<>();
        for (JsonNode model : list.path("data")) {
            if (names.size() < MAX_MODELS && model.path("id").isTextual()) {
                names.add(model.path("id").asText());
            }
        }
        return Optional.of(new Found(kind(address, models.get(), list), names));
    }

    private EngineKind kind(EngineAddress address, Answer models, JsonNode list) {
        String owner = list.path("data").path(0).path("owned_by").asText("");
        Optional<EngineKind> named = EngineKind.ownerOfModels(owner);
        if (named.isPresent()) {
            return named.get();
        }
        if (models.server().startsWith("llama.cpp")) {
            return EngineKind.LLAMA_CPP;
        }
        if (get(address, "/").map(Answer::body).orElse("").startsWith("Ollama is running")) {
            return EngineKind.OLLAMA;
        }
        boolean lmStudio = get(address, "/api/v1/models")
                .filter(answer -> answer.status() == 200)
                .map(answer -> answer.json().path("models").isArray())
                .orElse(false);
        return lmStudio ? EngineKind.LM_STUDIO : EngineKind.UNKNOWN;
    }

    /** Tells whether the address answers HTTP at all; llama.cpp does so with 503 while it loads a model. */
    public boolean answers(EngineAddress address) {
        return get(address, "/v1/models").isPresent();
    }

    private Optional<Answer> get(EngineAddress address, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address.url() + path))
                .timeout(ANSWER_TIMEOUT)
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            String server = response.headers().firstValue("server").orElse("");
            return Optional.of(new Answer(response.statusCode(), server, response.body()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

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

    private record Answer(int status, String server, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                return JSON.missingNode();
            }
        }
    }
}
