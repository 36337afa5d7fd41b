package io.kvkeep.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.engine.EngineAddress;
import io.kvkeep.simulation.Answer;
import io.kvkeep.simulation.Session;
import io.kvkeep.simulation.SimulatedEngine;
import io.kvkeep.simulation.Size;
import io.kvkeep.simulation.Turn;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path dataDir;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterAChangedSystemTextTheEngineReadsAtLeastThreeTimesLess(boolean small) throws Exception {
        Comparison comparison = compare(small);
        assertThat(comparison.changes()).isEqualTo(3);
        for (int i = 0; i < comparison.turns().size(); i++) {
            if (comparison.isChange(i)) {
                assertThat(comparison.direct().get(i).read().orElseThrow())
                        .as(comparison.turns().get(i).what())
                        .isGreaterThan(3 * comparison.proxied().get(i).read().orElseThrow());
            }
        }
    }

    @Test
    void noTurnCostsMoreThanTheTagsOfANote() throws Exception {
        Comparison comparison = compare(false);
        for (int i = 0; i < comparison.turns().size(); i++) {
            assertThat(comparison.proxied().get(i).read().orElseThrow())
                    .as(comparison.turns().get(i).what())
                    .isLessThan(comparison.direct().get(i).read().orElseThrow() + 150);
        }
    }

    @Test
    void thePromptHasTheSizeOfARealOne() throws Exception {
        assertThat(compare(false).direct().get(0).prompt().orElseThrow()).isCloseTo(14_500, within(300L));
    }

    @Test
    void everyMessageAndToolArrives() throws Exception {
        List<Turn> turns = Session.turns("m", "", Size.SMALL, 0);
        try (SimulatedEngine engine =
                        SimulatedEngine.start(turns.stream().map(Turn::answer).toList());
                Proxy proxy = InFront.of(EngineAddress.parse(engine.url()), dataDir)) {
            Player player = new Player(proxy.url());
            for (int i = 0; i < turns.size(); i++) {
                player.play(turns.get(i));
                assertArrived(
                        JSON.readTree(turns.get(i).body()), engine.requests().get(i));
            }
        }
    }

    @Test
    void aRefusalIsQuotedWithWhatToDo() throws Exception {
        Turn turn = new Turn("question", false, "no json", Answer.says("yes"));
        try (SimulatedEngine engine = SimulatedEngine.start(List.of())) {
            assertThatThrownBy(() -> new Player(engine.url()).play(turn))
                    .isInstanceOf(DemoFailed.class)
                    .hasMessageContainingAll(engine.url(), "'question'", "400", "the body is no JSON", "--small");
        }
    }

    @Test
    void theLabelStandsBehindWhatTheAgentIsRecognisedBy() {
        assertThat(Session.turns("m", "(Conversation 1.)", Size.SMALL, 4))
                .allSatisfy(turn -> assertThat(JSON.readTree(turn.body())
                                .at("/messages/0/content")
                                .asText())
                        .startsWith("You are Hermes Agent, an intelligent AI assistant created by Nous Research."
                                + " (Conversation 1.)\n"));
    }

    @Test
    void whatTheEngineDoesNotReportIsShownAsUnknown() {
        Reading silent = new Reading(OptionalLong.empty(), OptionalLong.empty(), 2_000_000_000L);
        Turn turn = new Turn("question", false, "{}", Answer.says("yes"));
        Comparison comparison = new Comparison(List.of(turn), List.of(silent), List.of(silent));
        assertThat(comparison.tokenFactor(i -> true)).isEmpty();
        assertThat(new Table(comparison, new Style(false)).text())
                .containsPattern("question +- +- +- +2\\.00 s +2\\.00 s")
                .containsPattern("total +- +- ");
    }

    @Test
    void saysWhenAnEngineKeepsSilentOrCutsThePrompts() {
        Turn turn = new Turn("question", false, "x".repeat(8_000), Answer.says("yes"));
        Reading cut = new Reading(OptionalLong.of(999), OptionalLong.empty(), 1);
        StringWriter out = new StringWriter();
        Comparison comparison = new Comparison(List.of(turn), List.of(cut), List.of(cut));
        new Report(new PrintWriter(out), new Style(false)).result(comparison, false);
        assertThat(out.toString())
                .contains("does not report cached tokens", "its context is too small")
                .doesNotContain("fewer", "SIMULATED");
    }

    private Comparison compare(boolean small) throws DemoFailed {
        DemoOptions options = new DemoOptions(Optional.empty(), Optional.empty(), 600, small, false);
        return new Demo(options, engine -> InFront.of(engine, dataDir), new PrintWriter(Writer.nullWriter()))
                .onSimulatedEngines();
    }

    /**
     * Notes stand in messages of the user and in tool results, and answers come back as the engine spelled them; all
     * else is as it was sent.
     */
    private static void assertArrived(JsonNode sent, JsonNode arrived) {
        assertThat(arrived.path("tools")).isEqualTo(sent.path("tools"));
        JsonNode messages = arrived.path("messages");
        assertThat(messages).hasSameSizeAs(sent.path("messages"));
        StringBuilder whole = new StringBuilder();
        messages.forEach(
                message -> whole.append(message.path("content").asText()).append('\n'));
        assertThat(whole.toString().lines())
                .containsAll(sent.at("/messages/0/content").asText().lines().toList());
        for (int i = 1; i < messages.size(); i++) {
            assertThat(plain(messages.get(i)))
                    .isEqualTo(plain(sent.path("messages").get(i)));
        }
    }

    /** Returns a message without notes and white space at the ends of its text, its arguments as parsed. */
    private static JsonNode plain(JsonNode message) {
        ObjectNode plain = message.deepCopy();
        if (message.path("content").isTextual()) {
            String text = message.path("content").asText().replaceAll("(?s)<note-(\\w+)[^>]*>.*?</note-\\1>", "");
            plain.put("content", text.strip());
        }
        for (JsonNode call : plain.path("tool_calls")) {
            ObjectNode function = (ObjectNode) call.path("function");
            function.set("arguments", parsed(function.path("arguments").asText()));
        }
        return plain;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
