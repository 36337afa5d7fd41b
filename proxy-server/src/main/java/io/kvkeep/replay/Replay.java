package io.kvkeep.replay;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.NotJson;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.replay.CoreRun.Played;
import io.kvkeep.reuse.ReportedUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One recording under several policies, each with a ledger and an engine of its own. Not for several threads at once. */
final class Replay {
    private final List<Run> runs = new ArrayList<>();
    private final Map<String, Totals> byAgent = new LinkedHashMap<>();
    private final boolean exact;
    private long passed;
    private long refused;

    /** Starts without a policy; engines count in tokens if it is exact, else in bytes. */
    Replay(boolean exact) {
        this.exact = exact;
    }

    /** An engine that all prompts of one run are sent to. */
    interface Engine {
        /**
         * Reads a prompt.
         *
         * @param sent as it goes out, read again
         */
        Read read(RecordedRequest request, Played played, Prompt sent) throws NotJson, EngineRefused, PromptRefused;
    }

    /**
     * What an engine did with a prompt.
     *
     * @param size in bytes, or in tokens if the engine counts them
     * @param reused how much of it was in its cache, in the same unit
     */
    record Read(double size, double reused) {}

    private record Run(ReplayPolicy policy, CoreRun core, Engine engine) {}

    /**
     * Adds a policy.
     *
     * @param engine of which nothing else uses the cache
     */
    void add(ReplayPolicy policy, Capabilities capabilities, Profiles profiles, Engine engine) {
        runs.add(new Run(policy, new CoreRun(policy, capabilities, profiles), engine));
    }

    /** Adds a policy before a model of an engine. */
    void add(ReplayPolicy policy, EngineModel.Kind kind, Profiles profiles) {
        CacheKind cache = kind == EngineModel.Kind.RADIX ? CacheKind.BLOCKS : CacheKind.SLOTS;
        Map<String, EngineModel> byModel = new HashMap<>();
        add(policy, new Capabilities(false, cache), profiles, (request, played, sent) -> {
            EngineModel model = byModel.computeIfAbsent(sent.model().orElse(""), missing -> kind.model());
            Rendered rendered = Rendered.of(sent, played.answer());
            return new Read(rendered.promptBytes(), model.read(rendered));
        });
    }

    /** Plays a request under all policies; one that the engine refused when it was recorded is left out. */
    void play(RecordedRequest request) throws EngineRefused {
        if (request.answer().filter(answer -> answer.status() != 200).isPresent()
                || Dialect.of("POST", request.path()).isEmpty()) {
            return;
        }
        try {
            List<Read> reads = new ArrayList<>();
            Played first = runs.get(0).core.play(request);
            for (int i = 0; i < runs.size(); i++) {
                Run run = runs.get(i);
                Played played = i == 0 ? first : run.core.play(request);
                Prompt sent = played.dialect().read(played.sent());
                reads.add(run.engine.read(request, played, sent));
            }
            Totals totals = byAgent.computeIfAbsent(first.rewrite().profile().agent(), missing -> new Totals(exact));
            told(totals, request, first);
            for (int i = 0; i < reads.size(); i++) {
                totals.of(runs.get(i).policy.name()).add(reads.get(i).size, reads.get(i).reused);
            }
        } catch (PromptRefused e) {
            refused++;
        } catch (PromptNotUnderstood | NotJson e) {
            passed++;
        }
    }

    private static void told(Totals totals, RecordedRequest request, Played played) throws NotJson {
        totals.prompt();
        if (request.answer().isPresent()) {
            ReportedUsage usage = ReportedUsage.read(request.answer().get().body());
            if (usage.promptTokens().isPresent()) {
                totals.told(
                        Rendered.of(played.rewrite().prompt(), played.answer()).promptBytes(),
                        usage.promptTokens().getAsLong(),
                        usage.cachedTokens().orElse(-1),
                        request.answer().get().firstTokenMillis());
            }
        }
    }

    Map<String, Totals> byAgent() {
        return byAgent;
    }

    List<String> policies() {
        return runs.stream().map(run -> run.policy.name()).toList();
    }

    /** Returns how many requests a real engine refused; they are in no sum. */
    long refused() {
        return refused;
    }

    /** Returns how many requests no policy reads; they would go out as they came. */
    long passed() {
        return passed;
    }
}
