package io.kvkeep.reuse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PrefixChainTest {
    private static final Dialect CHAT = Dialect.CHAT_COMPLETIONS;

    @Test
    void twoPromptsShareExactlyThePartsAndBlocksOfTheirCommonPrefix() throws PromptNotUnderstood {
        int shared = 0;
        int partly = 0;
        for (int seed = 0; seed < 400; seed++) {
            Random random = new Random(seed);
            Talk one = Talk.drawn(random);
            Talk two = one.changed(random);
            PrefixChain left = one.chain(7);
            PrefixChain right = two.chain(7);
            List<String> leftParts = one.parts();
            List<String> rightParts = two.parts();
            assertThat(left.parts()).isEqualTo(leftParts.size());
            assertThat(left.bytes()).isEqualTo(String.join("", leftParts).getBytes(UTF_8).length);

            int known = 0;
            while (known < Math.min(leftParts.size(), rightParts.size())
                    && leftParts.get(known).equals(rightParts.get(known))) {
                known++;
            }
            for (int i = 1; i <= Math.min(left.parts(), right.parts()); i++) {
                assertThat(left.hash(i) == right.hash(i))
                        .as("seed %d part %d", seed, i)
                        .isEqualTo(i <= known);
            }
            for (int part = 0; part < Math.min(left.parts(), right.parts()); part++) {
                byte[] leftBytes = leftParts.get(part).getBytes(UTF_8);
                byte[] rightBytes = rightParts.get(part).getBytes(UTF_8);
                long[] leftBlocks = left.blocks(part);
                long[] rightBlocks = right.blocks(part);
                assertThat(leftBlocks).hasSize(leftBytes.length / 1024);
                for (int i = 0; i < Math.min(leftBlocks.length, rightBlocks.length); i++) {
                    boolean same = part <= known && Arrays.equals(upTo(leftBytes, i), upTo(rightBytes, i));
                    assertThat(leftBlocks[i] == rightBlocks[i])
                            .as("seed %d part %d block %d", seed, part, i)
                            .isEqualTo(same);
                    partly += same && part == known ? 1 : 0;
                }
            }
            shared += known > 0 ? 1 : 0;
        }
        assertThat(shared).isGreaterThan(100);
        assertThat(partly).isGreaterThan(50);
    }

    private static byte[] upTo(byte[] part, int block) {
        return Arrays.copyOf(part, Math.min(part.length, (block + 1) * PrefixChain.BLOCK_BYTES));
    }

    @Test
    void whereTheFieldsOfTheBodyStandDoesNotMatter() throws PromptNotUnderstood {
        Talk talk = Talk.drawn(new Random(3));

        assertThat(hashes(chain(talk.body(true), 7)))
                .isEqualTo(hashes(chain(talk.body(false), 7)))
                .isNotEmpty();
    }

    @Test
    void scopesAreKeptApart() throws PromptNotUnderstood {
        Talk talk = Talk.drawn(new Random(3));
        List<Long> here = hashes(talk.chain(7));
        List<Long> there = hashes(talk.chain(8));

        assertThat(here).isNotEmpty().isEqualTo(hashes(talk.chain(7))).doesNotContainAnyElementsOf(there);
    }

    @Test
    void whatIsLeftBehindTheWholeBlocksOfAPartHasNoneAndAnEmptyPromptHasNoParts() throws PromptNotUnderstood {
        assertThat(chain("{\"messages\":[]}", 7).bytes()).isZero();
        assertThat(chain("{\"messages\":[]}", 7).parts()).isZero();
        assertThat(chain("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}", 7)
                        .blocks(0))
                .isEmpty();
    }

    /** Every hash of a chain: behind its parts and behind their blocks. */
    private static List<Long> hashes(PrefixChain chain) {
        List<Long> all = new ArrayList<>();
        for (int part = 0; part < chain.parts(); part++) {
            all.add(chain.hash(part + 1));
            Arrays.stream(chain.blocks(part)).forEach(all::add);
        }
        return all;
    }

    @Test
    void theChainOfWhatWasSentIsThatOfTheSentBodyReadAgain() throws PromptNotUnderstood {
        Rewriter rewriter = new Rewriter(BuiltIn.profiles());
        NoteTag tag = new NoteTag("5eed5eed5eed5eed");
        int moved = 0;
        for (int seed = 0; seed < 300; seed++) {
            Talk talk = Talk.drawn(new Random(seed));
            for (Placement placement : Placement.values()) {
                Incoming incoming = new Incoming(CHAT, talk.body(seed % 2 == 0).getBytes(UTF_8), "", tag);
                Policy policy = new Policy(placement, Set.of());
                Rewrite rewrite = rewriter.rewrite(incoming, LedgerView.EMPTY, new Capabilities(true), policy);
                PrefixChain.Pair both = PrefixChain.Pair.of(
                        Stretches.Pair.of(rewrite.prompt(), rewrite.fingerprints(), rewrite.plan()), 9);
                PrefixChain sent = both.sent();
                PrefixChain readAgain = asItCame(CHAT.read(rewrite.body()), 9);
                assertThat(hashes(both.came())).isEqualTo(hashes(asItCame(rewrite.prompt(), 9)));

                assertThat(hashes(sent)).as("seed %d", seed).isEqualTo(hashes(readAgain));
                assertThat(sent.bytes()).isEqualTo(readAgain.bytes());
                moved += rewrite.plan().isEmpty() ? 0 : 1;
            }
        }
        assertThat(moved).isGreaterThan(300);
    }

    private static PrefixChain chain(String body, long scope) throws PromptNotUnderstood {
        Prompt prompt = CHAT.read(body.getBytes(UTF_8));
        return asItCame(prompt, scope);
    }

    private static PrefixChain asItCame(Prompt prompt, long scope) {
        return PrefixChain.Pair.of(Stretches.Pair.of(prompt, Fingerprints.of(prompt), Plan.NOTHING), scope)
                .came();
    }

    /** System texts as they stand in JSON, the value of tools, and whole messages. */
    private record Talk(List<String> systems, String tools, List<String> messages) {

        static Talk drawn(Random random) {
            List<String> systems = new ArrayList<>();
            int texts = random.nextInt(3);
            for (int i = 0; i < texts; i++) {
                String clock = random.nextBoolean() ? "\\n\\nCurrent date: 2026-11-20\\nCurrent time: 10:15" : "";
                systems.add(words(random, 900) + clock + "\\n".repeat(random.nextInt(3)));
            }
            List<String> messages = new ArrayList<>();
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                String role = i % 2 == 0 ? "user" : "assistant";
                messages.add("{\"role\":\"" + role + "\" , \"content\":\"" + words(random, 900) + "\"}");
            }
            return new Talk(systems, "[{\"x\":\"" + words(random, 100) + "\"}]", messages);
        }

        private static String words(Random random, int most) {
            StringBuilder out = new StringBuilder();
            int count = random.nextInt(most);
            for (int i = 0; i < count; i++) {
                out.append("w").append(random.nextInt(10)).append(i % 9 == 0 ? "é" : " ");
            }
            return out.toString();
        }

        /** Changes or adds something at a place of its choice. */
        Talk changed(Random random) {
            List<String> otherSystems = new ArrayList<>(systems);
            List<String> otherMessages = new ArrayList<>(messages);
            switch (random.nextInt(4)) {
                case 0 -> otherMessages.add("{\"role\":\"user\",\"content\":\"" + words(random, 300) + "\"}");
                case 1 -> {
                    int at = random.nextInt(messages.size());
                    otherMessages.set(at, messages.get(at).replaceFirst(" (w\\d)(?=[^w]*\"})", " x"));
                }
                case 2 -> {
                    if (!systems.isEmpty()) {
                        otherSystems.set(0, systems.get(0) + "!");
                    }
                }
                default -> {
                    return new Talk(systems, tools.replaceFirst("w(\\d)", "y$1"), messages);
                }
            }
            return new Talk(otherSystems, tools, otherMessages);
        }

        String body(boolean toolsFirst) {
            List<String> all = new ArrayList<>();
            for (String system : systems) {
                all.add("{\"content\":\"" + system + "\",\"role\":\"system\"}");
            }
            all.addAll(messages);
            String array = "\"messages\":[" + String.join(", ", all) + "]";
            String toolsField = "\"tools\" : " + tools;
            return toolsFirst
                    ? "{" + toolsField + ",\"stream\":true," + array + "}"
                    : "{" + array + ",\"stream\":true," + toolsField + "}";
        }

        List<String> parts() {
            List<String> parts = new ArrayList<>(systems);
            parts.add(tools);
            parts.addAll(messages);
            return parts;
        }

        PrefixChain chain(long scope) throws PromptNotUnderstood {
            return PrefixChainTest.chain(body(true), scope);
        }
    }
}
