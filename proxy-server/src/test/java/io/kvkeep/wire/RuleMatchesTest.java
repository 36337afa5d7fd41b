package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.answer;
import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.sent;
import static io.kvkeep.wire.Talk.system;
import static io.kvkeep.wire.Talk.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvkeep.cli.Kvkeep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A rule of a profile that finds nothing any more is seen. */
class RuleMatchesTest extends WireTest {
    private static final String HERMES = "You are Hermes Agent, an intelligent AI assistant created by Nous Research.";
    private static final String STARTED = "\n\nConversation started: Saturday, November 21, 2026\nModel: tern";

    @Test
    void rulesAreCountedFromTheFirstRequestOfTheirAgentOnAndWithoutAMatchTheyAreZero() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine);
        assertThat(kvkeep.scrape()).doesNotContain("kvkeep_profile_rule_matches_total");

        sent(kvkeep, engine, body(system(HERMES + STARTED), user("hi")));
        sent(kvkeep, engine, body(system(HERMES + STARTED), user("hello")));
        sent(kvkeep, engine, body(system(HERMES), user("ahoy")));

        eventually("both are counted", () -> matches(kvkeep, "hermes", "conversation-started") == 2);
        assertThat(matches(kvkeep, "hermes", "memory")).isZero();
        assertThat(kvkeep.scrape())
                .contains("kvkeep_profile_rule_matches_total{agent=\"hermes\",section=\"memory\"} 0.0");
        assertThat(kvkeep.scrape()).doesNotContain("agent=\"opencode\"");
        JsonNode hermes = profiles(kvkeep).path("hermes");
        assertThat(hermes.path("requests").asInt()).isEqualTo(3);
        JsonNode started = rule(hermes, "conversation-started");
        assertThat(started.path("matches").asInt()).isEqualTo(2);
        assertThat(started.path("requestsSince").asInt()).isEqualTo(1);
        assertThat(started.path("part").asText()).isEqualTo("sections");
        JsonNode memory = rule(hermes, "memory");
        assertThat(memory.path("matches").asInt(-1)).isZero();
        assertThat(memory.path("seen").path(0).asText()).contains("0.19.0");
        assertThat(memory.has("requestsSince")).isFalse();
    }

    @Test
    void sideRequestsEphemeralBlocksAndGeneralRulesCountToo() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine);
        String build =
                "<system-reminder>\nYour operational mode has changed from plan to build.\nGo.\n</system-reminder>";

        sent(
                kvkeep,
                engine,
                body(
                        system("You are opencode, an interactive CLI tool.\nToday's date: 2026-11-21"),
                        user("hi\n\n" + build)));

        eventually("the request is counted", () -> matches(kvkeep, "opencode", "build-reminder") == 1);
        assertThat(matches(kvkeep, "opencode", "current-date")).isEqualTo(1);
        assertThat(matches(kvkeep, "opencode", "plan-reminder")).isZero();
        assertThat(rule(profiles(kvkeep).path("opencode"), "current-date")
                        .path("part")
                        .asText())
                .isEqualTo("general");
        sent(
                kvkeep,
                engine,
                body(
                        system(
                                "Generate a short, descriptive title (3-7 words) for a conversation that starts with the words"),
                        user("hi")));
        assertThat(kvkeep.scrape())
                .as("an agent that is not recognised has no such rule")
                .doesNotContain("agent=\"hermes\"");
    }

    @Test
    void learnedSectionsAreNoRulesOfAProfile() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine);
        for (int i = 0; i < 6; i++) {
            sent(
                    kvkeep,
                    engine,
                    body(system("Be brief.\nBoats in the harbour: " + (31 + i) + "\nBe kind."), user("hi " + i)));
        }

        sent(kvkeep, engine, body(system("Be brief.\nToday's date: 2026-11-21"), user("hi")));
        eventually("the last request is counted", () -> matches(kvkeep, "unknown", "current-date") == 1);

        assertThat(kvkeep.scrape()).contains("kvkeep_requests_total").doesNotContain("section=\"learned");
    }

    @Test
    void profilesOfTheDataDirectoryHold() throws Exception {
        Path profiles = Files.createDirectories(dataDir().resolve("profiles"));
        Files.writeString(profiles.resolve("tern.yaml"), """
                agent: tern
                recognise: {system-starts: You are Tern.}
                sections:
                  - {name: tide, kind: other, stability: volatile, starts: "Tide: ", until: line-end}
                """);
        RawEngine engine = engine(call -> call.answer(200, answer(assistant("Hello."))));
        Kvkeep kvkeep = proxy(engine);

        sent(kvkeep, engine, body(system("You are Tern.\nTide: low"), user("hi")));

        eventually("the request is counted", () -> matches(kvkeep, "tern", "tide") == 1);
    }

    private static double matches(Kvkeep kvkeep, String agent, String section) {
        return metric(
                kvkeep, "kvkeep_profile_rule_matches_total", "agent=\"" + agent + "\"", "section=\"" + section + "\"");
    }

    private JsonNode profiles(Kvkeep kvkeep) throws IOException {
        return new ObjectMapper()
                .readTree(client(kvkeep.adminAddress().port())
                        .get("/status")
                        .answer()
                        .text())
                .path("profiles");
    }

    private static JsonNode rule(JsonNode agent, String name) {
        for (JsonNode rule : agent.path("rules")) {
            if (rule.path("rule").asText().equals(name)) {
                return rule;
            }
        }
        throw new AssertionError("no rule " + name + " in " + agent);
    }
}
