package io.kvkeep.traffic;

import io.kvkeep.breaks.Explained;
import io.kvkeep.breaks.FileExplainer;
import io.kvkeep.config.ProfileFiles;
import io.kvkeep.draft.LearnedStatus;
import io.kvkeep.explain.Break;
import io.kvkeep.explain.Cause;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.recording.RecordedRequest;
import io.kvkeep.recording.RecordingReader;
import io.kvkeep.replay.ReplayPolicy;
import io.kvkeep.traffic.Changes.How;
import io.kvkeep.traffic.Traffic.Sent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prompts of a recording, with what kvkeep would make of them. */
public final class RecordedTraffic {
    private final FileExplainer explainer =
            new FileExplainer(ReplayPolicy.of("auto"), Capabilities.UNKNOWN, ProfileFiles.builtIn());
    private final Changes.Sum changed = new Changes.Sum();
    private final List<Sent> sent = new ArrayList<>();
    private long refused;

    private RecordedTraffic() {}

    /**
     * Reads a recording.
     *
     * @throws IOException if it can't be read or is none; the message names the file
     */
    public static Traffic read(Path file) throws IOException {
        RecordedTraffic traffic = new RecordedTraffic();
        try (RecordingReader reader = RecordingReader.open(file)) {
            for (Optional<RecordedRequest> next = reader.next(); next.isPresent(); next = reader.next()) {
                traffic.add(next.get());
            }
        }
        if (traffic.sent.isEmpty()) {
            throw new IOException(file + " holds no prompt that an engine took");
        }
        return new Traffic(
                "the " + traffic.sent.size() + " prompts of " + file.getFileName(),
                traffic.sent,
                traffic.refused,
                new Changes(
                        traffic.changed.sections(),
                        Optional.of(LearnedStatus.of(traffic.explainer.learned())),
                        How.RECORDED));
    }

    private void add(RecordedRequest request) {
        int status = request.answer().map(answer -> answer.status()).orElse(200);
        if (status >= 400) {
            refused += status < 500 ? 1 : 0;
            return;
        }
        try {
            add(explainer.explain(request));
        } catch (PromptNotUnderstood e) {
            // it goes to the engine as it came, and nothing is known of it
        }
    }

    private void add(Explained one) {
        String agent = one.agent();
        boolean side = one.played().rewrite().sideRequest().isPresent();
        sent.add(new Sent(
                agent,
                one.played().rewrite().prompt().model().orElse(""),
                one.request().tenant() + '/' + one.played().lane(),
                one.played().lane() == 0 || side,
                one.request().timeMillis(),
                one.request().body().length,
                one.usage().promptTokens().orElse(-1),
                one.cachedTokens(),
                one.explanation().predictedAsItCameTokens()));
        section(one.explanation().came())
                .ifPresent(found -> changed.came(agent, found.subject(), found.ruled(), found.behindTokens()));
        section(one.explanation().sent())
                .ifPresent(found -> changed.sent(agent, found.subject(), found.ruled(), found.behindTokens()));
    }

    private static Optional<Break> section(Optional<Break> found) {
        return found.filter(one -> one.cause() == Cause.SECTION_CHANGED);
    }
}
