package io.kvkeep.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixSlotTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void countsAsANaiveListOfTokensDoes(long seed) {
        Random random = new Random(seed);
        PrefixSlot slot = new PrefixSlot();
        List<String> held = List.of();
        String prompt = "start";
        for (int i = 0; i < 500; i++) {
            prompt = next(prompt, random);
            String answer = text(random, 9);
            assertThat(slot.take(prompt, answer)).isEqualTo(naive(held, tokens(prompt)));
            held = tokens(prompt + answer);
        }
    }

    @Test
    void findsTheGeneratedAnswerInTheNextPrompt() {
        PrefixSlot slot = new PrefixSlot();
        slot.take("question", " answer.");
        assertThat(slot.take("question answer. thanks!", "").cached()).isEqualTo(4);
    }

    @Test
    void readsTheLastTokenAgainEvenOfTheSamePrompt() {
        PrefixSlot slot = new PrefixSlot();
        slot.take("same old text", "");
        assertThat(slot.take("same old text", "")).isEqualTo(new PrefixSlot.Count(4, 3));
    }

    @Test
    void holdsOnePromptOnly() {
        PrefixSlot slot = new PrefixSlot();
        slot.take("one agent's prompt", "");
        slot.take("another's prompt", "");
        assertThat(slot.take("one agent's prompt", "").cached()).isZero();
    }

    /** Mostly grows a prompt, sometimes cuts it and goes on otherwise. */
    private static String next(String prompt, Random random) {
        int kept = random.nextInt(3) > 0 ? prompt.length() : random.nextInt(prompt.length() + 1);
        return prompt.substring(0, Math.min(kept, 400)) + text(random, 20) + ".";
    }

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(most); left > 0; left--) {
            text.append((char) ('a' + random.nextInt(2)));
        }
        return text.toString();
    }

    private static List<String> tokens(String text) {
        List<String> tokens = new ArrayList<>();
        for (int at = 0; at < text.length(); at += 4) {
            tokens.add(text.substring(at, Math.min(at + 4, text.length())));
        }
        return tokens;
    }

    private static PrefixSlot.Count naive(List<String> held, List<String> prompt) {
        int cached = 0;
        while (cached < prompt.size() - 1
                && cached < held.size()
                && held.get(cached).equals(prompt.get(cached))) {
            cached++;
        }
        return new PrefixSlot.Count(prompt.size(), cached);
    }
}
