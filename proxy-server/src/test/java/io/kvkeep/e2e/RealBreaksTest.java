package io.kvkeep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.e2e.LlamaServer.Slots;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Claims about why a real llama.cpp had to read a prompt again; needs what {@link RealLlamaTest} needs. */
class RealBreaksTest {
    private static final String WORDS = "The tide table lives in the drawer of the harbour office. ";
    private static LlamaServer engine;
    private static KvkeepServer kvkeep;
    private static int pilots;

    /** Each test has an agent of its own, so that none goes on from the prompts of another. */
    private String system = "";

    private ArrayNode talk = Http.object().putArray("messages");
    private String tool = "reads the gauge";
    private int turns;

    @BeforeAll
    static void start() {
        Path jar = Installed.jar();
        engine = LlamaServer.start(Installed.llamaDirectory(), TinyModel.DENSE, Slots.ONE);
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
        system = "You are Pilot " + ++pilots + " of the harbour. " + WORDS.repeat(30);
        turns = kvkeep.turns().size();
        talk = opening(system);
        say("user", "What is the first tide? " + WORDS.repeat(10));
        assertThat(turn().at("/sent/cause").asText()).isEqualTo("first-sight");
    }

    @Test
    void aConversationThatGoesOnHasNoBreak() {
        say("user", "And the next?");

        JsonNode turn = turn();

        assertThat(turn.has("sent")).isFalse();
        assertThat(turn.has("byEngine")).isFalse();
        assertThat(turn.path("cachedTokens").asLong()).isGreaterThan(500);
    }

    @Test
    void anotherSystemTextIsASectionThatChanged() {
        ((ObjectNode) talk.get(0)).put("content", system + "Speak softly.");
        say("user", "And the next?");

        assertThat(turn().at("/sent/cause").asText()).isEqualTo("section-changed");
    }

    @Test
    void anotherToolIsNamed() {
        tool = "reads the gauge at the pier";
        say("user", "And the next?");

        JsonNode turn = turn();

        assertThat(turn.at("/sent/cause").asText()).isEqualTo("tools-changed");
        assertThat(turn.at("/sent/subject").asText()).isEqualTo("gauge");
    }

    @Test
    void anEditOfAnEarlierMessageIsARewrittenHistory() {
        say("user", "And the next?");
        turn();
        ((ObjectNode) talk.get(3)).put("content", "And the one after that?");
        say("user", "And then?");

        JsonNode turn = turn();

        assertThat(turn.at("/sent/cause").asText()).isEqualTo("history-rewritten");
        assertThat(turn.at("/sent/subject").asText()).isEqualTo("message 2 (user)");
    }

    @Test
    void otherFirstWordsAreANewSession() {
        talk = opening(system);
        say("user", "Who keeps the light?");

        assertThat(turn().at("/sent/cause").asText()).isEqualTo("new-session");
    }

    @Test
    void anAnswerThatComesBackInAnotherSpellingIsABreakAsItCameAndNoneAsSent() {
        ObjectNode answer = (ObjectNode) talk.get(2);
        answer.put("content", "  " + answer.path("content").asText() + "\n");
        say("user", "And the next?");

        JsonNode turn = turn();

        assertThat(turn.at("/came/cause").asText()).isEqualTo("answer-reserialised");
        assertThat(turn.has("sent")).isFalse();
    }

    private static ArrayNode opening(String system) {
        ArrayNode talk = Http.object().putArray("messages");
        talk.addObject().put("role", "system").put("content", system);
        return talk;
    }

    private void say(String role, String text) {
        talk.addObject().put("role", role).put("content", text);
    }

    /** Sends what was said, adds the answer, and returns what kvkeep tells of it. */
    private JsonNode turn() {
        ObjectNode body = Http.object().put("model", "tiny").put("max_tokens", 8);
        body.putArray("tools")
                .addObject()
                .put("type", "function")
                .putObject("function")
                .put("name", "gauge")
                .put("description", tool)
                .putObject("parameters")
                .put("type", "object");
        body.set("messages", talk);
        JsonNode answer = Http.postJson(kvkeep.uri().resolve("/v1/chat/completions"), body.toString());
        say("assistant", answer.at("/choices/0/message/content").asText());
        return kvkeep.turn(turns++);
    }
}
