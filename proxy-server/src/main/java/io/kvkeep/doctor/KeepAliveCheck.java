package io.kvkeep.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.engine.EngineKind;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out when Ollama (0.34) forgets a model that is not used, and with it all that the model has read: after five
 * minutes unless it was told otherwise. {@code /api/ps} tells the moment, which moves with each request.
 */
final class KeepAliveCheck implements Check {
    private static final String NAME = "keep-alive";
    /** A user who reads, thinks or is called away is longer gone than the usual five minutes. */
    private static final Duration SHORT = Duration.ofMinutes(30);

    @Override
    public List<Finding> look(Seen seen) {
        if (seen.engine().kind() != EngineKind.OLLAMA) {
            return List.of();
        }
        List<Finding> findings = new ArrayList<>();
        for (JsonNode loaded : seen.http().get("/api/ps").json().path("models")) {
            until(loaded)
                    .ifPresent(
                            until -> findings.add(look(seen, loaded.path("name").asText(), until)));
        }
        return findings;
    }

    private static Finding look(Seen seen, String model, Instant until) {
        Duration left = Duration.between(seen.now(), until);
        if (left.compareTo(SHORT) >= 0) {
            return Finding.good(NAME, model, "stays loaded without use: for " + words(left));
        }
        String since = seen.traffic()
                .newest()
                .map(newest -> ", " + words(Duration.between(Instant.ofEpochMilli(newest.timeMillis()), until))
                        + " after the newest prompt")
                .orElse("");
        long tokens = seen.traffic().newest().map(seen.traffic()::tokens).orElse(0L);
        return Finding.problem(
                NAME,
                model,
                "/api/ps: it will be unloaded in " + words(left) + since,
                "then all that it has read is gone: the next prompt is read from its start"
                        + (tokens > 0 ? ", " + ContextCheck.count(tokens) + " tokens by the newest one" : ""),
                "where Ollama is started: OLLAMA_KEEP_ALIVE=-1 ollama serve   (never; 24h for a day)");
    }

    private static Optional<Instant> until(JsonNode loaded) {
        try {
            return Optional.of(
                    OffsetDateTime.parse(loaded.path("expires_at").asText("")).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    static String words(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 2 * 3600) {
            return seconds / 60 + " min";
        }
        return seconds < 2 * 86_400 ? seconds / 3600 + " h" : time.toDays() > 3650 ? "good" : time.toDays() + " days";
    }
}
