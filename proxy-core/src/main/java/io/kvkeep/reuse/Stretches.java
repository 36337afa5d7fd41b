package io.kvkeep.reuse;

import io.kvkeep.json.Range;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.plan.Plan;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A prompt in pieces that are the same as before or not: each is fingerprinted once, whoever compares them.
 *
 * @param messages those behind the system text
 */
public record Stretches(List<Stretch> systemTexts, Optional<Stretch> tools, List<Stretch> messages) {

    /** Returns all of them in the order in which most chat templates print them. */
    List<Stretch> inTemplateOrder() {
        List<Stretch> all = new ArrayList<>(systemTexts);
        tools.ifPresent(all::add);
        all.addAll(messages);
        return all;
    }

    /**
     * A prompt twice; what has no edit is the same object in both.
     *
     * @param came as the agent sent it
     * @param sent as the engine gets it
     */
    @SuppressWarnings("ReferenceEquality") // what has no edit is the same object, and need not be compared
    public record Pair(Stretches came, Stretches sent) {

        /** Tells whether nothing is edited. */
        public boolean isSame() {
            return came == sent;
        }

        /** Tells whether a message behind the system text is not edited. */
        public boolean isSame(int message) {
            return came.messages.get(message) == sent.messages.get(message);
        }

        /**
         * Finds both.
         *
         * @param fingerprints of the prompt as it came
         */
        public static Pair of(Prompt prompt, Fingerprints fingerprints, Plan plan) {
            Stretches came = asItCame(prompt, fingerprints);
            if (plan.isEmpty()) {
                return new Pair(came, came);
            }
            return new Pair(
                    came,
                    new Stretches(
                            edited(came.systemTexts, plan),
                            came.tools.map(tools -> tools.edited(plan)),
                            edited(came.messages, plan)));
        }
    }

    private static Stretches asItCame(Prompt prompt, Fingerprints fingerprints) {
        byte[] body = prompt.body();
        List<Stretch> texts = new ArrayList<>();
        for (int i = 0; i < prompt.systemTexts().size(); i++) {
            Range range = prompt.systemTexts().get(i).range();
            texts.add(Stretch.of(body, range, fingerprints.systemTexts().get(i)));
        }
        List<Message> conversation = prompt.conversation();
        List<Stretch> messages = new ArrayList<>(conversation.size());
        for (int i = 0; i < conversation.size(); i++) {
            Range range = conversation.get(i).range();
            messages.add(Stretch.of(body, range, fingerprints.messages().get(i)));
        }
        return new Stretches(
                texts,
                fingerprints
                        .tools()
                        .map(print -> Stretch.of(body, prompt.tools().orElseThrow(), print)),
                messages);
    }

    private static List<Stretch> edited(List<Stretch> came, Plan plan) {
        List<Stretch> sent = new ArrayList<>(came.size());
        for (Stretch one : came) {
            sent.add(one.edited(plan));
        }
        return sent;
    }
}
