package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvkeep.e2e.LlamaServer.Slots;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Claims about prompts that went on from what a real engine had read, and of which it held less: kvkeep names why. They
 * need what {@link RealLlamaTest} needs, and the last one Ollama: llama.cpp never cuts a prompt. It refuses one that is
 * longer than its context with 400; what {@code --context-shift} drops in a long answer shows as evicted.
 *
 * <p>llama.cpp runs without its memory for prompts that have left their slot, so that what leaves is gone.
 */
class RealLossesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String[] NO_MEMORY = {"--cache-ram", "0"};

    @TempDir
    private Path directory;

    @Test
    void anEngineThatWasAwayIsRestarted() {
        try (LlamaServer engine = llama(Slots.ONE, NO_MEMORY);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk = Talk.begin(kvkeep, "You are a pilot.");
            talk.ask("What is the first tide?");
            engine.stop();
            kvkeep.awaitStatus(LIMIT, status -> !status.at("/engine/up").asBoolean());
            engine.startAgain();

            assertLost(talk.ask("And the next?"), "restarted", "");
        }
    }

    @Test
    void aTitleRequestTookTheOnlySlot() {
        try (LlamaServer engine = llama(Slots.ONE, NO_MEMORY);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk = Talk.begin(kvkeep, "You are opencode, an interactive CLI tool that helps users.");
            talk.ask("What is the first tide?");
            JsonNode title = Talk.begin(kvkeep, "You are a title generator. You output ONLY a thread title.")
                    .as("opencode/1.18.33")
                    .ask("What is the first tide?");
            assertThat(title.path("sideRequest").asText()).isEqualTo("title");

            assertLost(talk.ask("And the next?"), "side-request", "opencode");
        }
    }

    @Test
    void anotherAgentTookTheOnlySlot() {
        try (LlamaServer engine = llama(Slots.ONE, NO_MEMORY);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk =
                    Talk.begin(kvkeep, "You are Hermes Agent, an intelligent AI assistant created by Nous Research.");
            talk.ask("What is the first tide?");
            Talk other = Talk.begin(kvkeep, "You are opencode, an interactive CLI tool that helps users.");
            other.ask("Who keeps the light?");

            assertLost(talk.ask("And the next?"), "other-slot", "opencode");
            assertLost(other.ask("Who else?"), "other-slot", "hermes");
        }
    }

    @Test
    void withASlotForEachNeitherLosesAnything() {
        try (LlamaServer engine = llama(Slots.TWO_SPLIT, NO_MEMORY);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk =
                    Talk.begin(kvkeep, "You are Hermes Agent, an intelligent AI assistant created by Nous Research.");
            talk.ask("What is the first tide?");
            Talk other = Talk.begin(kvkeep, "You are opencode, an interactive CLI tool that helps users.");
            other.ask("Who keeps the light?");

            assertThat(talk.ask("And the next?").has("byEngine")).isFalse();
            assertThat(other.ask("Who else?").has("byEngine")).isFalse();
        }
    }

    @Test
    void whatSomebodyWhoGoesPastKvkeepDroveOutIsEvicted() {
        try (LlamaServer engine = llama(Slots.ONE, NO_MEMORY);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk = Talk.begin(kvkeep, "You are a pilot.");
            talk.ask("What is the first tide?");
            Talk past = Talk.begin(kvkeep, "Nobody has seen these words.").say("user", "Well?");
            Http.postJson(engine.uri().resolve("/v1/chat/completions"), past.body());

            assertLost(talk.ask("And the next?"), "evicted", "");
        }
    }

    @Test
    void reasoningThatTheTemplateDropsAtTheNextQuestionIsNamedWithItsMessage() {
        try (LlamaServer engine = llama(Slots.ONE, LlamaServer.template("thinking.jinja"));
                // In mode observe nothing is read ahead, which would spare the engine all of it.
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri(), "--mode", "observe")) {
            Talk talk = Talk.begin(kvkeep, "You are a pilot.").say("user", "What is the first tide?");
            for (int step = 0; step < 4; step++) {
                talk.say("assistant", "Step " + step).message(2 + 2 * step).put("reasoning_content", Talk.words(20));
                talk.say("tool", Talk.words(20)).message(3 + 2 * step).put("tool_call_id", "call");
            }
            talk.turn();

            assertLost(talk.ask("And the next?"), "reasoning-stripped", "message 1 (assistant)");
        }
    }

    @Test
    void aTemplateThatPrintsTheTimeIsNamed() {
        try (LlamaServer engine = llama(Slots.ONE, LlamaServer.template("clock.jinja"));
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk = Talk.begin(kvkeep, "You are a pilot.");
            talk.ask("What is the first tide?");
            String shown = engine.prompt(talk.body());
            kvkeep.awaitStatus(LIMIT, status -> !engine.prompt(talk.body()).equals(shown)); // a second later

            assertLost(talk.ask("And the next?"), "template-date", "");
        }
    }

    @Test
    void ollamaThatCutsAPromptIsFoundToTruncate() {
        try (OllamaServer engine = OllamaServer.start(directory);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk = Talk.begin(kvkeep, "You are a pilot.").of("tiny");
            for (int i = 0; i < 60; i++) {
                talk.say("user", "Question " + i + ". " + Talk.words(26));
                talk.say("assistant", "Answer " + i + ". " + Talk.words(26));
            }

            assertLost(talk.ask("And now?"), "truncated", "");
        }
    }

    @Test
    void aConversationThatIsRepeatedWordForWordCutItsOwnSlotBack() {
        String words = "You are Hermes Agent, an intelligent AI assistant created by Nous Research.";
        try (LlamaServer engine = llama(Slots.TWO_SPLIT, NO_MEMORY);
                KvkeepServer kvkeep = KvkeepServer.start(Installed.jar(), engine.uri())) {
            Talk talk = Talk.begin(kvkeep, words).makeSay("So be it.");
            talk.ask("What is the first tide?");
            talk.ask("And the next? " + Talk.words(40));
            Talk again = Talk.begin(kvkeep, words).makeSay("So be it.");
            assertThat(again.ask("What is the first tide?").has("byEngine")).isFalse();

            assertLost(again.ask("And the next? " + Talk.words(40)), "history-rewritten", "message 1 (assistant)");
        }
    }

    private static LlamaServer llama(Slots slots, String... flags) {
        return LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE, slots, flags);
    }

    private static void assertLost(JsonNode turn, String cause, String subject) {
        JsonNode found = turn.path("byEngine");
        assertThat(found.path("cause").asText()).as(turn.toString()).isEqualTo(cause);
        assertThat(found.path("subject").asText()).isEqualTo(subject);
        assertThat(found.path("behindTokens").asLong()).isGreaterThan(300);
        assertThat(found.path("remedy").asText()).isNotEmpty();
    }
}
