package io.kvkeep.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.probe.EngineHttp;
import io.kvkeep.probe.EngineHttp.Answer;
import io.kvkeep.turns.Turn;
import java.util.ArrayList;
import java.util.List;

/**
 * A running kvkeep as its admin port tells: the status, and the last turns.
 *
 * @param url of the admin port, without a slash at its end
 * @param version its own
 * @param listens where agents connect, host and port
 * @param engineUrl where its engine listens
 * @param turns the last ones, the oldest first; at most 1,000
 * @param refused how many prompts were answered with a status of 400 to 499
 * @param status the whole status page
 */
public record LiveKvkeep(
        String url, String version, String listens, String engineUrl, List<Turn> turns, long refused, JsonNode status) {
    /** Where the admin port is unless it was set. */
    public static final String USUAL_URL = "http://127.0.0.1:11436";

    /** A later version may tell more of a turn. */
    private static final ObjectReader TURN =
            new ObjectMapper().readerFor(Turn.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** Copies the list. */
    public LiveKvkeep {
        turns = List.copyOf(turns);
    }

    /**
     * Asks an admin port; blocks for some seconds at most.
     *
     * @param admin its URL, or host and port
     * @throws IllegalArgumentException if it is no URL; it is not repeated, since it may hold a credential
     */
    public static LiveKvkeep ask(String admin) throws NotLive {
        String url = url(admin);
        EngineHttp http = new EngineHttp(EngineHttp.client(), url);
        Answer status = http.get("/status");
        if (!status.came()) {
            throw new NotLive(
                    "no kvkeep answers at " + url
                            + ". Start one (kvkeep serve), or say where its admin port is: --admin URL; serve prints it as Metrics");
        }
        Answer turns = http.get("/api/turns");
        String version = status.json().at("/kvkeep/version").asText("");
        if (version.isEmpty() || !turns.json().path("turns").isArray()) {
            throw new NotLive("what " + url + "/status answers (HTTP " + status.status()
                    + ") is no admin port of this version of kvkeep. Give that with --admin URL, not the port for agents;"
                    + " serve prints it as Metrics");
        }
        return new LiveKvkeep(
                url,
                version,
                status.json().at("/kvkeep/listen").asText(""),
                status.json().at("/engine/url").asText(""),
                turns(turns.json(), url),
                refused(http.get("/metrics")),
                status.json());
    }

    private static String url(String admin) {
        try {
            return EngineAddress.parse(admin.contains("://") ? admin : "http://" + admin)
                    .url();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--admin is no URL of an admin port; give one like " + USUAL_URL, e);
        }
    }

    private static List<Turn> turns(JsonNode page, String url) throws NotLive {
        List<Turn> turns = new ArrayList<>();
        try {
            for (JsonNode turn : page.path("turns")) {
                turns.add(TURN.treeToValue(turn, Turn.class));
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new NotLive("the turns of " + url + " are told by another version of kvkeep: " + e.getMessage());
        }
        return turns;
    }

    /** Adds up the prompts that ended so, whoever sent them; agents look for pages that no engine has. */
    private static long refused(Answer metrics) {
        return Math.round(metrics.body()
                .lines()
                .filter(line -> line.startsWith("kvkeep_requests_total{") && line.contains("\"4xx\""))
                .filter(line -> !line.contains("dialect=\"none\""))
                .mapToDouble(LiveKvkeep::value)
                .sum());
    }

    private static double value(String line) {
        try {
            return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
