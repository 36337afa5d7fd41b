package io.kvkeep.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Several sessions of one agent, each taking its turn behind the others, and title requests in between.
 *
 * @param sessions what each session saw
 */
record InterleavedRun(List<SessionRun> sessions) {
    private static final int SESSIONS = 3;
    private static final int TITLE_TOKENS = 8;

    static InterleavedRun play(Script script, String model, Forcing forcing, URI server) {
        List<LiveSession> live = new ArrayList<>();
        List<List<SessionRun.Step>> steps = new ArrayList<>();
        for (int topic = 1; topic <= SESSIONS; topic++) {
            live.add(new LiveSession(script, model, forcing, topic));
            steps.add(new ArrayList<>());
        }
        for (int round = 0; round < script.turns(); round++) {
            for (int i = 0; i < SESSIONS; i++) {
                steps.get(i).add(SessionRun.next(live.get(i), server, steps.get(i)));
                if (i == round % SESSIONS) {
                    Reply.to(server, titleRequest(model, script.label(), round));
                }
            }
        }
        return new InterleavedRun(steps.stream().map(SessionRun::new).toList());
    }

    /** The turns for which a session's prompt has to be whole. */
    List<SessionRun.Step> settledSteps() {
        return sessions.stream()
                .flatMap(session -> session.steps().stream())
                .filter(SessionRun.Step::isMeasured)
                .toList();
    }

    /** What Hermes sends beside a session to name it: another system text, no tools, no history. */
    private static String titleRequest(String model, String label, int round) {
        ObjectNode body = Http.object().put("model", model).put("max_tokens", TITLE_TOKENS);
        body.putArray("messages")
                .add(Http.object()
                        .put("role", "system")
                        .put(
                                "content",
                                "Generate a short, descriptive title (3-7 words) for a conversation that starts with"
                                        + " the following exchange. Return only the title text, nothing else."))
                .add(Http.object()
                        .put("role", "user")
                        .put("content", "User: " + label + new Filler(round).lines(300) + "\n\nAssistant: I look."));
        return body.toString();
    }
}
