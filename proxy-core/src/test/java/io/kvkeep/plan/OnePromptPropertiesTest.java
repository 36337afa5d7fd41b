package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.JsonTree;
import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for requests that are one prompt and no conversation, whatever the ledger holds. */
final class OnePromptPropertiesTest {
    private static final int SEEDS = 200;
    private static final int REQUESTS = 8;
    private static final Dialect GENERATE = Dialect.OLLAMA_GENERATE;
    private static final Dialect COMPLETIONS = Dialect.COMPLETIONS;

    @ParameterizedTest
    @EnumSource(StableChanges.class)
    void aPromptThatTheClientPutTogetherPassesAsTheVerySameArray(StableChanges changes) throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            Draw draw = new Draw(seed);
            Exchange exchange = new Exchange(policy(changes), Capabilities.UNKNOWN);
            for (int i = 0; i < REQUESTS; i++) {
                exchange.send(Exchange.talk(draw.system(), draw.words()));
                String prompt = draw.system() + "\n" + draw.words();
                for (String body : List.of(
                        "{\"model\":\"m\",\"prompt\":" + quoted(prompt) + ",\"stream\":" + draw.random.nextBoolean()
                                + "}",
                        "{\"prompt\" : " + quoted(prompt) + ", \"suffix\":\"" + draw.words() + "\", \"n\":1.0}")) {
                    assertPasses(exchange, COMPLETIONS, body, seed);
                }
                for (String field : List.of("\"raw\":true", "\"suffix\":\"end\"")) {
                    assertPasses(exchange, GENERATE, generate(draw.system(), prompt, field), seed);
                }
            }
        }
    }

    private static void assertPasses(Exchange exchange, Dialect dialect, String body, int seed)
            throws PromptNotUnderstood {
        Rewrite rewrite = exchange.send(dialect, body);
        assertThat(rewrite.body()).as("seed %d", seed).isSameAs(rewrite.prompt().body());
        assertThat(new String(rewrite.body(), UTF_8)).as("seed %d", seed).isEqualTo(body);
    }

    @ParameterizedTest
    @EnumSource(StableChanges.class)
    void aSystemTextBesideThePromptIsTreatedAsInChat(StableChanges changes) throws PromptNotUnderstood {
        int moved = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Draw draw = new Draw(seed);
            Exchange one = new Exchange(policy(changes), Capabilities.UNKNOWN);
            Exchange chat = new Exchange(policy(changes), Capabilities.UNKNOWN);
            for (int i = 0; i < REQUESTS; i++) {
                String system = draw.system();
                String words = draw.words();
                Rewrite generated = one.send(GENERATE, generate(system, words, "\"keep_alive\":1e2"));
                Rewrite talked = chat.send(Exchange.talk(system, words));

                Map<Object, Object> out = new HashMap<>((Map<?, ?>) JsonTree.parse(generated.body()));
                assertThat(out.remove("system")).as("seed %d", seed).isEqualTo(Exchange.text(talked, 0));
                assertThat(out.get("prompt")).as("seed %d", seed).isEqualTo(Exchange.text(talked, 1));
                Map<Object, Object> in = new HashMap<>(
                        (Map<?, ?>) JsonTree.parse(generated.prompt().body()));
                assertThat(String.valueOf(out.remove("prompt"))).endsWith(String.valueOf(in.remove("prompt")));
                in.remove("system");
                assertThat(out).as("seed %d", seed).isEqualTo(in);
                moved += Exchange.reasons(generated).contains(Reason.CARRY_NOTE) ? 1 : 0;
            }
        }
        assertThat(moved).as("notes that were drawn").isGreaterThan(SEEDS);
    }

    @ParameterizedTest
    @EnumSource(StableChanges.class)
    void nothingOfASystemTextIsLostAndTheNewestValueStandsLast(StableChanges changes) throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            Draw draw = new Draw(seed);
            Exchange exchange = new Exchange(policy(changes), Capabilities.UNKNOWN);
            for (int i = 0; i < REQUESTS; i++) {
                Rewrite rewrite = exchange.send(GENERATE, generate(draw.system(), draw.words(), "\"stream\":false"));
                Map<?, ?> out = (Map<?, ?>) JsonTree.parse(rewrite.body());
                String prompt = out.get("system") + "\n" + out.get("prompt");

                Map<?, ?> came = (Map<?, ?>) JsonTree.parse(rewrite.prompt().body());
                for (String line : String.valueOf(came.get("system")).split("\n", -1)) {
                    assertThat(prompt).as("seed %d", seed).contains(line);
                    if (line.startsWith(Draw.DATE)) {
                        assertThat(prompt.lastIndexOf(Draw.DATE))
                                .as("seed %d", seed)
                                .isEqualTo(prompt.lastIndexOf(line));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StableChanges.class)
    void theSameLedgerAndRequestGiveTheSameBytes(StableChanges changes) throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<byte[]> first = new ArrayList<>();
            for (int run = 0; run < 2; run++) {
                Draw draw = new Draw(seed);
                Exchange exchange = new Exchange(policy(changes), Capabilities.UNKNOWN);
                for (int i = 0; i < REQUESTS; i++) {
                    String body = generate(draw.system(), draw.words(), "\"stream\":true");
                    byte[] bytes = exchange.send(GENERATE, body).body();
                    byte[] again = exchange.rewrite(GENERATE, body).body();
                    assertThat(again).as("a retry, seed %d", seed).isEqualTo(bytes);
                    if (run == 0) {
                        first.add(bytes);
                    } else {
                        assertThat(bytes).as("seed %d", seed).isEqualTo(first.get(i));
                    }
                }
            }
        }
    }

    private static Policy policy(StableChanges changes) {
        return new Policy(Placement.FIRST_USER, Set.of(), Deliver.NOW, changes);
    }

    private static String generate(String system, String prompt, String field) {
        return "{\"model\":\"m\",\"system\":" + quoted(system) + ",\"prompt\":" + quoted(prompt) + "," + field + "}";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\n", "\\n") + '"';
    }

    /** System texts of one agent, and words of its user. */
    private static final class Draw {
        static final String DATE = "Current date: ";
        private static final List<String> WORDS = List.of("tide", "pier", "höhe", "boat", "gauge", "\\u00e9t\\/");

        final Random random;

        Draw(int seed) {
            random = new Random(seed);
        }

        String system() {
            StringBuilder text = new StringBuilder("You are Pilot.\n");
            for (int i = 0; i < 30; i++) {
                text.append("Rule ").append(i).append(" of the harbour stands as it is.\n");
            }
            if (random.nextInt(3) == 0) {
                text.append("Rule of the day: ").append(random.nextInt(3)).append(".\n");
            }
            if (random.nextInt(3) > 0) {
                text.append("\nLog: ").append(words()).append('\n');
            }
            return text.append('\n')
                    .append(DATE)
                    .append("2026-11-2")
                    .append(random.nextInt(3))
                    .toString();
        }

        String words() {
            return WORDS.get(random.nextInt(WORDS.size())) + " " + WORDS.get(random.nextInt(WORDS.size()));
        }
    }
}
