package io.kvkeep.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.engine.Engine;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.probe.EngineHttp.Answer;
import java.util.List;

/**
 * Finds out whether answers tell how many tokens came from the cache.
 *
 * <p>vLLM (0.32, 0.33) shows its start options nowhere, and leaves {@code prompt_tokens_details} out of the usage both
 * without its flag and where nothing was cached. So one prompt, longer than the largest block, is sent twice, with one
 * token to generate.
 */
final class ReportingCheck implements Check {
    private static final String NAME = "cached-tokens";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** vLLM's blocks have 16 tokens, 128 on processors, and up to 2,048 with hybrid models. */
    private static final int TRIAL_LINES = 250;

    private static final String COSTS =
            "what the engine reused is unknown: no count of what kvkeep saves, and no break is noticed that the engine causes";

    @Override
    public List<Finding> look(Seen seen) {
        Engine engine = seen.engine();
        String subject = engine.kind().id();
        long told = seen.traffic().sent().stream()
                .filter(one -> one.cachedTokens() >= 0)
                .count();
        if (told > 0) {
            return List.of(Finding.good(
                    NAME,
                    subject,
                    told + " of " + seen.traffic().sent().size() + " answers told them, in "
                            + seen.traffic().source()));
        }
        String evidence = engine.facts().reportsReuse().evidence();
        String[] change = change(engine);
        return switch (engine.facts().reportsReuse().value()) {
            case YES -> List.of(Finding.good(NAME, subject, evidence));
            case NO ->
                List.of(
                        change.length == 0
                                ? Finding.note(NAME, subject, evidence, COSTS)
                                : Finding.problem(NAME, subject, evidence, COSTS, change));
            case UNKNOWN -> List.of(unknown(seen, evidence, change));
        };
    }

    private static String[] change(Engine engine) {
        if (engine.kind() == EngineKind.OLLAMA) {
            return new String[] {"install Ollama 0.34 or newer"};
        }
        return engine.facts().missingFlag().stream()
                .map(flag ->
                        (engine.kind() == EngineKind.VLLM ? "vllm serve " : "python -m sglang.launch_server ") + flag)
                .toArray(String[]::new);
    }

    private static Finding unknown(Seen seen, String evidence, String[] change) {
        String subject = seen.engine().kind().id();
        if (seen.engine().kind() != EngineKind.VLLM || seen.models().isEmpty() || !seen.mayGenerate()) {
            return Finding.note(NAME, subject, evidence, COSTS, change);
        }
        JsonNode request = trial(seen.models().get(0));
        seen.http().post("/v1/chat/completions", request);
        Answer again = seen.http().post("/v1/chat/completions", request);
        JsonNode usage = again.json().path("usage");
        long prompt = usage.path("prompt_tokens").asLong();
        long cached = usage.at("/prompt_tokens_details/cached_tokens").asLong();
        if (prompt == 0) {
            String why = again.came() ? "HTTP " + again.status() : "no answer in time";
            return Finding.note(NAME, subject, evidence + "; a trial had " + why, COSTS, change);
        }
        String trial = "a prompt of " + ContextCheck.count(prompt) + " tokens was sent twice";
        return cached > 0
                ? Finding.good(
                        NAME,
                        subject,
                        trial + ", and the second answer tells " + ContextCheck.count(cached) + " cached")
                : Finding.problem(
                        NAME, subject, trial + ", and the second answer tells no cached tokens", COSTS, change);
    }

    private static JsonNode trial(String model) {
        StringBuilder text = new StringBuilder("Say yes.\n");
        for (int line = 0; line < TRIAL_LINES; line++) {
            text.append("The harbour keeps berth ").append(line).append(" free until the evening tide.\n");
        }
        ObjectNode body = JSON.createObjectNode().put("model", model).put("max_tokens", 1);
        body.putArray("messages").addObject().put("role", "user").put("content", text.toString());
        return body;
    }
}
