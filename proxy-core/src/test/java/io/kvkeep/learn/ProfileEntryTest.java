package io.kvkeep.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.profile.ProfileReader;
import io.kvkeep.section.SectionRule;
import io.kvkeep.yaml.YamlNotValid;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ProfileEntryTest {
    @Test
    void isReadyForAProfile() {
        Finding finding = new Finding(
                "learned-clock-3fa2c1",
                Variation.CLOCK,
                "",
                "Today's tide: ",
                List.of("line-end"),
                "Today's .*",
                9,
                4,
                70,
                true);

        assertThat(ProfileEntry.asYaml(finding)).isEqualTo("""
                  - name: clock-3fa2c1
                    kind: clock
                    stability: volatile
                    starts: ['Today''s tide: ']
                    until: [line-end]
                    matches: 'Today''s .*'
                    seen: changed 4 times in 9 system texts
                """.indent(2).replaceAll("(?m)^    ", "  "));
    }

    @Test
    void readsBackAsTheRuleOfTheFinding() throws YamlNotValid {
        String alphabet = "ab '\"\\#:-{}[]&*!|>%@`?,=\n\t\r\u0085\u00a0\u2028\ufeff\u0007é漢";
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "😀x" : "null");
            int length = random.nextInt(12);
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String until = random.nextBoolean() ? "blank-line" : "\n\n" + text;
            Finding finding = new Finding(
                    "learned-other-00000" + random.nextInt(10),
                    random.nextBoolean() ? Variation.OTHER : Variation.CLOCK,
                    "",
                    text.toString(),
                    List.of(until, "text-end"),
                    random.nextBoolean() ? "" : Regex.quote(text.toString()) + "(?:" + Spelling.CLOCK.value() + ")",
                    4,
                    3,
                    0,
                    false);

            SectionRule read = read(finding);
            SectionRule rule = finding.rule();
            assertThat(read.name()).isEqualTo(finding.name().substring("learned-".length()));
            assertThat(read.kind()).isEqualTo(rule.kind());
            assertThat(read.stability()).isEqualTo(rule.stability());
            assertThat(read.starts()).as("seed %d", seed).isEqualTo(rule.starts());
            assertThat(read.ends()).as("seed %d", seed).isEqualTo(rule.ends());
            assertThat(read.matches().map(Pattern::pattern))
                    .isEqualTo(rule.matches().map(Pattern::pattern));
        }
    }

    @Test
    void aQuotedTextMatchesItselfAlone() {
        String text = "a.b*[c]{2}(d)|^$+?\\Q\\E\t#";

        assertThat(text).matches(Regex.quote(text));
        assertThat(text.replace('.', 'x')).doesNotMatch(Regex.quote(text));
    }

    private static SectionRule read(Finding finding) throws YamlNotValid {
        String yaml = "agent: lotse\nsections:\n" + ProfileEntry.asYaml(finding);
        return ProfileReader.read("lotse.yaml", yaml).rules().sections().get(0);
    }
}
