package io.kvkeep.settle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.lane.Fingerprints;
import io.kvkeep.plan.Plan;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.reuse.PrefixChain;
import io.kvkeep.reuse.Stretches;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PrefixIndexTest {
    private static final int BLOCK = PrefixChain.BLOCK_BYTES;

    @Test
    void aPromptReusesTheLongestStartThatItSharesWithAnyEarlierOneUpToABlock() throws PromptNotUnderstood {
        int within = 0;
        int whole = 0;
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            PrefixIndex index = new PrefixIndex();
            List<List<String>> earlier = new ArrayList<>();
            List<String> talk = new ArrayList<>(List.of(message(random)));
            for (int request = 0; request < 12; request++) {
                int shared = 0;
                for (List<String> one : earlier) {
                    shared = Math.max(shared, shared(one, talk));
                }
                assertThat(index.reusedBytes(chain(talk)))
                        .as("seed %d request %d", seed, request)
                        .isEqualTo(shared);
                int all = String.join("", talk).length();
                whole += shared == all ? 1 : 0;
                within += shared > 0 && shared < all ? 1 : 0;
                earlier.add(List.copyOf(talk));
                if (random.nextInt(3) > 0) {
                    talk.add(message(random));
                } else if (random.nextInt(4) > 0) {
                    int at = random.nextInt(talk.size());
                    int from = Math.min(
                            60 + random.nextInt(3 * BLOCK), talk.get(at).length() - 2);
                    talk.set(at, talk.get(at).substring(0, from) + "#\"}");
                }
            }
        }
        assertThat(within).isGreaterThan(300);
        assertThat(whole).isGreaterThan(50);
    }

    @Test
    void aTalkThatGoesOnIsNotForgottenWhileManyOthersCome() throws PromptNotUnderstood {
        PrefixIndex index = new PrefixIndex();
        Random random = new Random(1);
        List<String> talk = new ArrayList<>(List.of(message(random)));
        index.reusedBytes(chain(talk));
        for (int turn = 0; turn < 6; turn++) {
            for (int other = 0; other < 20; other++) {
                index.reusedBytes(chain(List.of(user(turn + "-" + other + "x".repeat(3_000 * BLOCK)))));
            }
            int known = String.join("", talk).length();
            talk.add(message(random));

            assertThat(index.reusedBytes(chain(talk))).isGreaterThanOrEqualTo(known);
        }
        assertThat(index.reusedBytes(chain(List.of(user("0-0" + "x".repeat(3_000 * BLOCK))))))
                .isZero();
    }

    /** The longest common start of two talks: whole messages, and of the first that differs whole blocks. */
    private static int shared(List<String> one, List<String> two) {
        int bytes = 0;
        for (int i = 0; i < Math.min(one.size(), two.size()); i++) {
            String left = one.get(i);
            String right = two.get(i);
            if (!left.equals(right)) {
                int same = 0;
                while (same < Math.min(left.length(), right.length()) && left.charAt(same) == right.charAt(same)) {
                    same++;
                }
                return bytes + same / BLOCK * BLOCK;
            }
            bytes += left.length();
        }
        return bytes;
    }

    private static String message(Random random) {
        StringBuilder text = new StringBuilder();
        int words = random.nextInt(800);
        for (int i = 0; i < words; i++) {
            text.append('w').append(random.nextInt(10)).append(' ');
        }
        return user(text.toString());
    }

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
    }

    private static PrefixChain chain(List<String> messages) throws PromptNotUnderstood {
        byte[] body = ("{\"messages\":[" + String.join(",", messages) + "]}").getBytes(UTF_8);
        Prompt prompt = Dialect.ALL.get(0).read(body);
        return PrefixChain.Pair.of(Stretches.Pair.of(prompt, Fingerprints.of(prompt), Plan.NOTHING), 7)
                .came();
    }
}
