package io.kvkeep.ahead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.MemoryLedger;
import io.kvkeep.ledger.Lane;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.yaml.YamlNotValid;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A lane's last request in the form that the next one builds on. */
class RenewedTest {
    private static final int SEEDS = 300;
    private static final String PROFILE = """
            agent: pilot
            versions: any
            recognise:
              system-contains: ["You are Pilot."]
            sections:
              - name: log
                kind: memory
                stability: volatile
                starts: ["Log: "]
                until: [line-end]
            ephemeral:
              - name: watch
                in: [user, tool]
                where: block
                action: replay
                starts: ["<watch>"]
                through: ["</watch>"]
            """;

    private final MemoryLedger ledger = new MemoryLedger();
    private final Rewriter rewriter = rewriter();
    private Emitted answer = new Emitted("Aye.", "", List.of());

    @Test
    void aLaneWithoutLaterNotesIsSentAsItWas() throws PromptNotUnderstood {
        Talk talk = new Talk(1);
        Lane lane = send(talk.log("fog"));
        byte[] sent = rewrite(talk).body();
        Renewed renewed = renewed(talk, lane, true).orElseThrow();

        assertThat(renewed.rewrite().rebased()).isFalse();
        assertThat(renewed.rewrite().body()).isEqualTo(sent);
        assertThat(renewed.entry().lane()).isEqualTo(lane);
    }

    @Test
    void laterNotesAreFoldedIntoOneCleanPromptOfTheSameLane() throws PromptNotUnderstood {
        Talk talk = new Talk(1);
        send(talk.log("fog"));
        talk.said("Aye.", "Go");
        Lane lane = send(talk.log("sun"));
        assertThat(lane.laterNoteBytes()).isPositive();
        Renewed kept = renewed(talk, lane, false).orElseThrow();
        Renewed folded = renewed(talk, lane, true).orElseThrow();

        assertThat(kept.rewrite().body()).isEqualTo(rewrite(talk).body());
        assertThat(folded.rewrite().rebased()).isTrue();
        assertThat(new String(folded.rewrite().body(), UTF_8))
                .contains("Log: sun")
                .doesNotContain("fog");
        assertThat(folded.entry().lane().id()).isEqualTo(lane.id());
        assertThat(folded.entry().lane().laterNoteBytes()).isZero();
        assertThat(folded.entry().lane().awaited()).contains(answer);
        assertThat(folded.entry().before()).contains(lane);
    }

    @Test
    void aLaneThatHasGoneOnAndOneThatIsNotHeldAreLeftAlone() throws PromptNotUnderstood {
        Talk talk = new Talk(1);
        Lane lane = send(talk.log("fog"));
        Talk first = talk.copy();
        talk.said("Aye.", "Go");
        send(talk);

        assertThat(renewed(first, lane, true)).isEmpty();
        assertThat(renewed(talk, lane.withId(99), true)).isEmpty();
    }

    /** The property for which all of it is there: the next request begins with what was read ahead. */
    @Test
    void theNextRequestBeginsWithWhatWasFolded() throws PromptNotUnderstood {
        int folded = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Talk talk = new Talk(seed);
            Lane lane = send(talk.log("start " + seed));
            int turns = random.nextInt(6);
            for (int i = 0; i < turns; i++) {
                talk.goesOn(random, i);
                lane = send(random.nextBoolean() ? talk.log("log " + random.nextInt(4)) : talk);
            }
            answer = lane.awaited().orElseThrow();
            boolean fold = random.nextInt(4) > 0;
            Renewed renewed = renewed(talk, lane, fold).orElseThrow();
            folded += renewed.rewrite().rebased() ? 1 : 0;
            ledger.put(renewed.entry().lane());
            byte[] read = NextPrompt.of(
                            Dialect.CHAT_COMPLETIONS, renewed.rewrite().body(), answer)
                    .orElseThrow()
                    .body(NoAnswer.ONE_TOKEN)
                    .orElseThrow();

            talk.goesOn(random, 99);
            Rewrite next = rewrite(random.nextBoolean() ? talk.log("late " + seed) : talk);
            assertThat(messages(next.body()))
                    .as("seed %d", seed)
                    .startsWith(messages(read).replace("{\"role\":\"user\",\"content\":\"\"}]}", ""));
            assertThat(next.entry().lane().id()).isEqualTo(lane.id());
            assertThat(next.rebased()).isFalse();
        }
        assertThat(folded).isGreaterThan(SEEDS / 3);
    }

    private static String messages(byte[] body) {
        String text = new String(body, UTF_8);
        return text.substring(text.indexOf("\"messages\""));
    }

    private Lane send(Talk talk) throws PromptNotUnderstood {
        return ledger.answer(ledger.keep(rewrite(talk).entry()), answer);
    }

    private Rewrite rewrite(Talk talk) throws PromptNotUnderstood {
        return rewriter.rewrite(talk.incoming(), ledger, Capabilities.UNKNOWN, Policy.DEFAULT);
    }

    private Optional<Renewed> renewed(Talk talk, Lane lane, boolean fold) {
        return Renewed.of(
                rewriter, talk.incoming(), ledger, model -> Capabilities.UNKNOWN, Policy.DEFAULT, lane.id(), fold);
    }

    private static Rewriter rewriter() {
        try {
            return new Rewriter(Profiles.of(List.of(ProfileReader.read("pilot.yaml", PROFILE)), BuiltIn.generic()));
        } catch (YamlNotValid e) {
            throw new AssertionError(e);
        }
    }

    /** A conversation of an agent with a log in its system text. */
    private static final class Talk {
        private final String topic;
        private final StringBuilder messages = new StringBuilder();
        private String log = "";

        Talk(int topic) {
            this.topic = "Topic " + topic + ".";
            messages.append("{\"role\":\"user\",\"content\":\"Hi, ")
                    .append(this.topic)
                    .append("\"}");
        }

        Talk copy() {
            Talk copy = new Talk(0);
            copy.messages.setLength(0);
            copy.messages.append(messages);
            copy.log = log;
            return copy;
        }

        Talk log(String value) {
            log = "\\nLog: " + value;
            return this;
        }

        void said(String model, String user) {
            messages.append(",{\"role\":\"assistant\",\"content\":\"").append(model);
            messages.append("\"},{\"role\":\"user\",\"content\":\"")
                    .append(user)
                    .append("\"}");
        }

        /** The user goes on, now and then after a tool call, with blocks that come and go. */
        void goesOn(Random random, int step) {
            if (random.nextBoolean()) {
                String without = messages.toString().replaceAll("<watch>\\d+</watch>\\\\n", "");
                messages.setLength(0);
                messages.append(without);
            }
            String watch = random.nextInt(3) == 0 ? "<watch>" + step + "</watch>\\n" : "";
            said("Aye.", watch + "Go " + step);
            if (random.nextInt(3) == 0) {
                messages.append(
                                ",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",")
                        .append("\"function\":{\"name\":\"read\",\"arguments\":\"{}\"}}]},")
                        .append("{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"file\"}");
            }
        }

        Incoming incoming() {
            String body = "{\"messages\":[{\"role\":\"system\",\"content\":\"You are Pilot. " + log + "\\nRules.\"},"
                    + messages + "]}";
            return new Incoming(Dialect.CHAT_COMPLETIONS, body.getBytes(UTF_8), "", new NoteTag("5eed5eed5eed5eed"));
        }
    }
}
