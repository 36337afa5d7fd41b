package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Claims about prompts that a real llama.cpp had to read again since they were others; needs what {@link RealLlamaTest}
 * needs. What the engine loses by itself is {@link RealLossesTest}'s.
 */
class RealBreaksTest {
    private static LlamaServer engine;
    private static KvkeepServer kvkeep;
    private static int pilots;

    /** Each test has an agent of its own, so that none goes on from the prompts of another. */
    private String words = "";

    private Talk talk;

    @BeforeAll
    static void start() {
        Path jar = Installed.jar();
        engine = LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE);
        kvkeep = KvkeepServer.start(jar, engine.uri());
    }

    @AfterAll
    static void stop() {
        if (kvkeep != null) {
            kvkeep.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    @BeforeEach
    void begin() {
        words = "You are Pilot " + ++pilots + " of the harbour.";
        talk = Talk.begin(kvkeep, words).offer("reads the gauge");
        JsonNode turn = talk.ask("What is the first tide? " + Talk.words(10));
        assertThat(turn.at("/sent/cause").asText()).isEqualTo("first-sight");
    }

    @Test
    void aConversationThatGoesOnHasNoBreak() {
        JsonNode turn = talk.ask("And the next?");

        assertThat(turn.has("sent")).isFalse();
        assertThat(turn.has("byEngine")).isFalse();
        assertThat(turn.path("cachedTokens").asLong()).isGreaterThan(500);
    }

    @Test
    void anotherSystemTextIsASectionThatChanged() {
        ObjectNode system = talk.message(0);
        system.put("content", system.path("content").asText() + "Speak softly.");

        assertThat(talk.ask("And the next?").at("/sent/cause").asText()).isEqualTo("section-changed");
    }

    @Test
    void anotherToolIsNamed() {
        JsonNode turn = talk.offer("reads the gauge at the pier").ask("And the next?");

        assertThat(turn.at("/sent/cause").asText()).isEqualTo("tools-changed");
        assertThat(turn.at("/sent/subject").asText()).isEqualTo("gauge");
    }

    @Test
    void anEditOfAnEarlierMessageIsARewrittenHistory() {
        talk.ask("And the next?");
        talk.message(3).put("content", "And the one after that?");

        JsonNode turn = talk.ask("And then?");

        assertThat(turn.at("/sent/cause").asText()).isEqualTo("history-rewritten");
        assertThat(turn.at("/sent/subject").asText()).isEqualTo("message 2 (user)");
    }

    @Test
    void otherFirstWordsAreANewSession() {
        JsonNode turn = Talk.begin(kvkeep, words).offer("reads the gauge").ask("Who keeps the light?");

        assertThat(turn.at("/sent/cause").asText()).isEqualTo("new-session");
    }

    @Test
    void anAnswerThatComesBackInAnotherSpellingIsABreakAsItCameAndNoneAsSent() {
        ObjectNode answer = talk.message(2);
        answer.put("content", "  " + answer.path("content").asText() + "\n");

        JsonNode turn = talk.ask("And the next?");

        assertThat(turn.at("/came/cause").asText()).isEqualTo("answer-reserialised");
        assertThat(turn.has("sent")).isFalse();
    }
}
