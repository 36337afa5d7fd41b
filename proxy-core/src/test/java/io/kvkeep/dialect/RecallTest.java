package io.kvkeep.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.lane.RecentPrompts;
import io.kvkeep.lane.Said;
import io.kvkeep.lane.Words;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.Recall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RecallTest {
    private static final Fingerprints NO_PRINTS = new Fingerprints(List.of(), Optional.empty(), List.of());
    private static final int SEEDS = 60;
    private static final int STEPS = 25;
    private static final String TOOLS = "[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}]";

    @ParameterizedTest
    @EnumSource(names = {"CHAT_COMPLETIONS", "OLLAMA_CHAT"})
    void aPromptReadsTheSameWhateverWasReadBefore(Dialect dialect) throws PromptNotUnderstood {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            RecentPrompts recent = new RecentPrompts();
            List<String> messages = new ArrayList<>();
            String system = "You are Pilot.";
            String tools = TOOLS;
            for (int step = 0; step < STEPS; step++) {
                if (random.nextInt(4) == 0) {
                    system = "You are Pilot. " + "é\\n".repeat(random.nextInt(9));
                }
                if (random.nextInt(8) == 0) {
                    tools = random.nextBoolean() ? "null" : TOOLS.replace("look", "look" + step);
                }
                change(messages, random, step);
                byte[] body = body(system, messages, tools, random.nextBoolean());

                Recall recall = new Recall(recent.of(1, dialect.id()));
                Prompt read = dialect.read(body, recall);
                Fingerprints fingerprints = recent.fingerprints(read, recall);

                assertThat(read).as("seed %d step %d", seed, step).isEqualTo(dialect.read(body));
                assertThat(fingerprints).as("seed %d step %d", seed, step).isEqualTo(Fingerprints.of(read));
                Digest scope = new Digest(0, random.nextInt(9) == 0 ? 1 : 0);
                Said said = said(scope, read, fingerprints, recent.said(read, recall));
                assertThat(said)
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(said(scope, read, fingerprints, Said.NOTHING));
                recent.add(1, dialect.id(), read, fingerprints, said);
            }
        }
    }

    private static Said said(Digest scope, Prompt prompt, Fingerprints fingerprints, Said before) {
        try {
            return Said.of(
                    scope,
                    prompt.body(),
                    prompt.conversation(),
                    Words.ALL,
                    fingerprints.messages(),
                    DigestMemo.NONE,
                    before);
        } catch (NotJson e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatWasSaidIsKnownUpToTheFirstMessageThatDiffers() throws PromptNotUnderstood {
        RecentPrompts recent = new RecentPrompts();
        Prompt first = chat(body("a", List.of(user("one"), user("two"), user("three")), TOOLS, true));
        Fingerprints prints = Fingerprints.of(first);
        recent.add(1, "chat", first, prints, said(new Digest(1, 1), first, prints, Said.NOTHING));
        Recall recall = new Recall(recent.of(1, "chat"));
        Prompt next = Dialect.CHAT_COMPLETIONS.read(
                body("b", List.of(user("one"), user("2"), user("three")), TOOLS, true), recall);

        assertThat(recent.said(next, recall).digests()).hasSize(1);
    }

    @Test
    void aMessageThatCameBeforeIsTakenFromThere() throws PromptNotUnderstood {
        Prompt first = chat(body("a", List.of(user("one"), user("two")), TOOLS, true));
        byte[] body = body("another", List.of(user("one"), user("two"), user("three")), TOOLS, true);
        // What is taken over brings what was known of it, even what its bytes do not say.
        Message odd = first.messages().get(2);
        List<Message> messages = new ArrayList<>(first.messages());
        messages.set(
                2,
                new Message(
                        odd.role(),
                        odd.roleRange(),
                        odd.range(),
                        odd.content(),
                        odd.texts(),
                        List.of(new Range(odd.range().start(), odd.range().start() + 1)),
                        odd.calls(),
                        odd.noteGap(),
                        odd.reasoningGap()));
        Prompt marked = new Prompt(first.body(), first.model(), messages, first.tools(), first.takes());

        Prompt read = Dialect.CHAT_COMPLETIONS.read(body, new Recall(List.of(marked)));

        assertThat(read.messages().get(2).media()).hasSize(1);
        assertThat(read.messages().get(1).media()).isEmpty();
        assertThat(read.messages().get(3).media()).isEmpty();
    }

    @Test
    void noTenantIsOfferedThePromptsOfAnother() throws PromptNotUnderstood {
        RecentPrompts recent = new RecentPrompts();
        Prompt prompt = chat(body("a", List.of(user("one")), TOOLS, true));
        recent.add(1, "chat-completions", prompt, NO_PRINTS, Said.NOTHING);

        assertThat(recent.of(1, "chat-completions")).containsExactly(prompt);
        assertThat(recent.of(2, "chat-completions")).isEmpty();
        assertThat(recent.of(1, "ollama-chat")).isEmpty();
    }

    @Test
    void theNextTurnTakesThePlaceOfTheOneBefore() throws PromptNotUnderstood {
        RecentPrompts recent = new RecentPrompts();
        Prompt first = chat(body("a", List.of(user("one")), TOOLS, true));
        Prompt other = chat(body("a", List.of(user("two")), TOOLS, true));
        Prompt next = chat(body("b", List.of(user("one"), user("more")), TOOLS, true));
        recent.add(1, "chat", first, NO_PRINTS, Said.NOTHING);
        recent.add(1, "chat", other, NO_PRINTS, Said.NOTHING);
        recent.add(1, "chat", next, NO_PRINTS, Said.NOTHING);

        assertThat(recent.of(1, "chat")).containsExactly(next, other);
    }

    @Test
    void onlySoManyBytesAreHeld() throws PromptNotUnderstood {
        RecentPrompts recent = new RecentPrompts();
        for (int i = 0; i < 20; i++) {
            recent.add(
                    i,
                    "chat",
                    chat(body("a", List.of(user(i + "x".repeat(1 << 20))), TOOLS, true)),
                    NO_PRINTS,
                    Said.NOTHING);
        }
        recent.add(
                99, "chat", chat(body("a", List.of(user("x".repeat(3 << 20))), TOOLS, true)), NO_PRINTS, Said.NOTHING);

        long held = 0;
        for (int i = 0; i < 100; i++) {
            held += recent.of(i, "chat").stream()
                    .mapToLong(one -> one.body().length)
                    .sum();
        }
        assertThat(held).isBetween(8L << 20, 16L << 20);
        assertThat(recent.of(99, "chat")).isEmpty();
        assertThat(recent.of(19, "chat")).hasSize(1);
    }

    private static Prompt chat(byte[] body) throws PromptNotUnderstood {
        return Dialect.CHAT_COMPLETIONS.read(body);
    }

    private static void change(List<String> messages, Random random, int step) {
        int kind = random.nextInt(10);
        if (kind == 0 && !messages.isEmpty()) {
            messages.subList(0, random.nextInt(messages.size())).clear();
        } else if (kind == 1 && !messages.isEmpty()) {
            messages.set(random.nextInt(messages.size()), user("edited " + step));
        } else if (kind == 2) {
            messages.add(random.nextInt(messages.size() + 1), user("put in"));
        } else if (kind < 6) {
            messages.add("{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c" + step
                    + "\",\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"at\\\":" + step + "}\"}}]}");
            messages.add("{\"role\":\"tool\",\"content\":\"seen " + step + "\"}");
        } else {
            messages.add("{\"role\": \"user\", \"content\": [{\"type\":\"text\",\"text\":\"hi\"},"
                    + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:" + step + "\"}}]}");
        }
    }

    private static String user(String words) {
        return "{\"role\":\"user\",\"content\":\"" + words + "\"}";
    }

    private static byte[] body(String system, List<String> messages, String tools, boolean toolsLast) {
        String list = "\"messages\":[{\"role\":\"system\",\"content\":\"" + system + "\"}"
                + (messages.isEmpty() ? "" : ", ") + String.join(",\n", messages) + " ]";
        String field = "\"tools\":" + tools;
        return ("{" + (toolsLast ? list + "," + field : field + "," + list) + "}").getBytes(UTF_8);
    }
}
