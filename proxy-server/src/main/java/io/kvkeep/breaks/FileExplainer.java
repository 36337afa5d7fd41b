package io.kvkeep.breaks;

import io.kvkeep.answer.Emitted;
import io.kvkeep.explain.EngineState;
import io.kvkeep.explain.Explainer;
import io.kvkeep.explain.Explainer.Told;
import io.kvkeep.explain.Explanation;
import io.kvkeep.explain.Outliner;
import io.kvkeep.json.NotJson;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Plan;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.replay.CoreRun;
import io.kvkeep.replay.CoreRun.Played;
import io.kvkeep.replay.Rendered;
import io.kvkeep.replay.ReplayPolicy;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.settle.LearnedSections;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;

/** Explains requests of a file, one after the other. Not for several threads at once. */
public final class FileExplainer {
    private static final int MAX_EARLIER = 64;

    private final CoreRun core;
    private final EngineState state;
    private final Explainer explainer = new Explainer(new Outliner());
    private final Deque<Text> newestFirst = new ArrayDeque<>();

    /**
     * Starts with nothing known.
     *
     * @param policy how kvkeep sends the prompts
     */
    public FileExplainer(ReplayPolicy policy, Capabilities capabilities, Profiles profiles) {
        this.core = new CoreRun(policy, capabilities, profiles);
        this.state = new EngineState(capabilities, EngineState.UNKNOWN.printsDate(), 0);
    }

    private record Text(String tenant, Rendered came, Rendered sent) {}

    /**
     * Explains a request by those before it.
     *
     * @throws PromptNotUnderstood if it holds no prompt that kvkeep reads
     */
    public Explained explain(RecordedRequest request) throws PromptNotUnderstood {
        return explain(request, () -> core.play(request));
    }

    /**
     * Explains a request whose answer is known from the request behind it.
     *
     * @throws PromptNotUnderstood if it holds no prompt that kvkeep reads
     */
    Explained explain(RecordedRequest request, Optional<Emitted> answer) throws PromptNotUnderstood {
        return explain(request, () -> core.play(request, answer));
    }

    private interface Play {
        Played play() throws PromptNotUnderstood;
    }

    private Explained explain(RecordedRequest request, Play play) throws PromptNotUnderstood {
        Played played = play.play();
        try {
            return explain(request, played);
        } catch (NotJson e) {
            throw new PromptNotUnderstood(PromptNotUnderstood.Why.NOT_JSON, String.valueOf(e.getMessage()));
        }
    }

    private Explained explain(RecordedRequest request, Played played) throws PromptNotUnderstood, NotJson {
        Text now = new Text(
                request.tenant(),
                Rendered.of(played.rewrite().prompt(), played.answer()),
                Rendered.of(played.dialect().read(played.sent()), played.answer()));
        byte[] came = best(now, false);
        byte[] sent = best(now, true);
        ReportedUsage usage = request.answer()
                .map(answer -> ReportedUsage.read(answer.body()))
                .orElse(ReportedUsage.NOTHING);
        Plan plan = played.rewrites() ? played.rewrite().plan() : Plan.NOTHING;
        Stretches.Pair stretches =
                Stretches.Pair.of(played.rewrite().prompt(), played.rewrite().fingerprints(), plan);
        Explanation told = explainer.explain(
                new Told(played.rewrite(), plan, stretches, played.lane(), request.timeMillis(), size(usage, played)),
                state,
                common(sent, now.sent.bytes()),
                common(came, now.came.bytes()));
        newestFirst.addFirst(now);
        if (newestFirst.size() > MAX_EARLIER) {
            newestFirst.removeLast();
        }
        return new Explained(
                request,
                played,
                told,
                usage,
                TextDiff.between(came, prompt(now.came)),
                TextDiff.between(sent, prompt(now.sent)));
    }

    /** What the engine reused when it was recorded tells nothing of prompts that were sent in another form. */
    private static ReportedUsage size(ReportedUsage usage, Played played) {
        return played.rewrites() ? new ReportedUsage(usage.promptTokens(), OptionalLong.empty()) : usage;
    }

    /** Returns the prompt of the same tenant that begins most like this one, without its answer. */
    private byte[] best(Text now, boolean sent) {
        byte[] best = {};
        int most = 0;
        byte[] own = (sent ? now.sent : now.came).bytes();
        for (Text text : newestFirst) {
            byte[] earlier = prompt(sent ? text.sent : text.came);
            int common = common(earlier, own);
            if (text.tenant.equals(now.tenant) && common > most) {
                best = earlier;
                most = common;
            }
        }
        return best;
    }

    /** Without the words with which the answer begins: what follows a prompt need not be an answer. */
    private static byte[] prompt(Rendered rendered) {
        return Arrays.copyOf(rendered.bytes(), rendered.messagesBytes());
    }

    private static int common(byte[] one, byte[] other) {
        int at = Arrays.mismatch(one, other);
        return at < 0 ? one.length : at;
    }

    /** Returns what was learned from the requests so far. */
    public LearnedSections learned() {
        return core.learned();
    }
}
