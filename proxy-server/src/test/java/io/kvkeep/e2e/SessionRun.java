package io.kvkeep.e2e;

import io.kvkeep.e2e.HermesSession.Change;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A {@link LiveSession} from its first turn to its last. */
record SessionRun(List<Step> steps) {
    /**
     * One turn.
     *
     * @param previousTokens the length of the prompt before this one; 0 at the first turn
     */
    record Step(int turn, String name, Change change, int previousTokens, Reply reply) {
        int cachedTokens() {
            return reply.counts().cachedTokens();
        }

        /** How much of the previous prompt came out of the cache; above 1 if the answer did too. */
        double reusedShare() {
            return cachedTokens() / (double) previousTokens;
        }

        boolean isMeasured() {
            return turn >= Script.FIRST_MEASURED_TURN;
        }
    }

    /** Plays a session against one server. */
    static SessionRun play(LiveSession session, URI server) {
        return play(session, turn -> server);
    }

    /** Plays a session; each turn goes to the server that is named for it. */
    static SessionRun play(LiveSession session, IntFunction<URI> serverOfTurn) {
        List<Step> steps = new ArrayList<>();
        while (!session.isOver()) {
            steps.add(next(session, serverOfTurn.apply(session.turn()), steps));
        }
        return new SessionRun(List.copyOf(steps));
    }

    /** Plays one more turn behind the steps before it. */
    static Step next(LiveSession session, URI server, List<Step> before) {
        int previousTokens = before.isEmpty()
                ? 0
                : before.get(before.size() - 1).reply().counts().promptTokens();
        Reply reply = Reply.to(server, session.body());
        Step step = new Step(session.turn(), session.name(), session.change(), previousTokens, reply);
        session.take(reply);
        return step;
    }

    List<Step> at(Change change) {
        return steps.stream().filter(step -> step.change() == change).toList();
    }

    /** Over the turns that are measured. */
    double meanFirstTokenMillis() {
        return steps.stream()
                .filter(Step::isMeasured)
                .mapToDouble(step -> step.reply().firstTokenMillis())
                .average()
                .orElseThrow();
    }

    /** What the engine had to read, over the turns that are measured. */
    int readTokens() {
        return steps.stream()
                .filter(Step::isMeasured)
                .mapToInt(step -> step.reply().counts().readTokens())
                .sum();
    }

    /** The share of all previous prompts that came out of the cache, over the turns that are measured. */
    double reusedShare() {
        List<Step> measured = steps.stream().filter(Step::isMeasured).toList();
        int reused = measured.stream()
                .mapToInt(step -> Math.min(step.cachedTokens(), step.previousTokens()))
                .sum();
        return reused
                / (double) measured.stream().mapToInt(Step::previousTokens).sum();
    }
}
