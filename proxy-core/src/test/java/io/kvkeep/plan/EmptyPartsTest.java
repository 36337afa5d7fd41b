package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.JsonTree;
import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EmptyPartsTest {
    private static final String NONCE =
            "{\"type\":\"text\",\"text\":\"x-billing: cch=1;\",\"cache_control\":{\"a\":1}}";
    private static final String RULES = "{\"type\":\"text\",\"text\":\"You are Pilot.\"}";
    private static final String MORE = "{\"cache_control\":{},\"text\":\"Keep the log.\",\"type\":\"text\"}";
    private static final String LOG = "{\"type\":\"text\",\"text\":\"Log: fog\"}";

    private final Exchange exchange = new Exchange(Policy.DEFAULT, Capabilities.UNKNOWN);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NONCE,RULES,MORE | RULES,MORE",
                "NONCE ,\t RULES , MORE | RULES , MORE",
                "RULES,NONCE,MORE | RULES,MORE",
                "RULES, NONCE , MORE | RULES , MORE",
                "RULES, NONCE | RULES",
                "NONCE,NONCE,RULES | RULES",
                "RULES, NONCE,\t NONCE | RULES",
                "NONCE,RULES,NONCE | RULES",
                "NONCE | ''",
                "NONCE, NONCE | ''",
                "NONCE,{\"type\":\"x\"} | {\"type\":\"x\"}",
                "RULES,{\"type\":\"text\",\"text\":\"\"} | RULES,{\"type\":\"text\",\"text\":\"\"}"
            })
    void aBlockThatIsNothingButANonceGoesWithItsComma(String came, String sent) throws PromptNotUnderstood {
        assertThat(system(exchange.rewrite(Dialect.MESSAGES, body(came)))).isEqualTo("[" + spelled(sent) + "]");
    }

    @Test
    void oneEditTellsOfTheWholeBlock() throws PromptNotUnderstood {
        Rewrite rewrite = exchange.rewrite(Dialect.MESSAGES, body("NONCE,RULES"));

        assertThat(rewrite.plan().edits()).extracting(Edit::reason).containsExactly(Reason.DROP_NONCE);
        assertThat(rewrite.plan().edits()).extracting(Edit::subject).containsExactly("billing");
        assertThat(rewrite.profile().agent()).isEqualTo("pilot");
    }

    @Test
    void aBlockThatMovesAsAWholeLeavesNothingAndTheDeclarationStandsInOneThatStays() throws PromptNotUnderstood {
        Rewrite rewrite = exchange.rewrite(Dialect.MESSAGES, body("NONCE,RULES,LOG"));

        assertThat(system(rewrite))
                .startsWith("[{\"type\":\"text\",\"text\":\"You are Pilot.\\n\\n<note-")
                .endsWith(">\"}]")
                .doesNotContain("Log: fog");
        assertThat(new String(rewrite.body(), UTF_8)).contains("Log: fog\\n</note-");
    }

    @Test
    void theOnlyBlockStaysIfItHasToSayWhatNotesAre() throws PromptNotUnderstood {
        assertThat(system(exchange.rewrite(Dialect.MESSAGES, body("NONCE,LOG"))))
                .startsWith("[{\"type\":\"text\",\"text\":\"")
                .contains("<note-")
                .endsWith("\"}]");
    }

    @ParameterizedTest
    @CsvSource({"OFF", "END_OF_SYSTEM"})
    void aBlockWhoseSectionStaysStays(Placement placement) throws PromptNotUnderstood {
        Exchange placed = new Exchange(new Policy(placement, Set.of()), Capabilities.UNKNOWN);

        assertThat(system(placed.rewrite(Dialect.MESSAGES, body("RULES,LOG"))))
                .isEqualTo("[" + RULES + "," + LOG + "]");
    }

    @Test
    void whatIsSentIsTheSameWithAndWithoutTheBlock() throws PromptNotUnderstood {
        Rewrite with = exchange.send(Dialect.MESSAGES, body("NONCE,RULES,LOG"));
        Rewrite without = exchange.rewrite(Dialect.MESSAGES, body("RULES"));

        assertThat(system(without)).isEqualTo(system(with));
        assertThat(without.entry().lane().scope()).isEqualTo(with.entry().lane().scope());
        assertThat(without.entry().lane().start().stable())
                .isEqualTo(with.entry().lane().start().stable());
    }

    @Test
    void aPinnedTextStandsInTheBlocksThatStay() throws PromptNotUnderstood {
        Exchange pinning = new Exchange(
                new Policy(Placement.FIRST_USER, Set.of(), Deliver.NOW, StableChanges.NOTE), Capabilities.UNKNOWN);
        String rules = "{\"type\":\"text\",\"text\":\"You are Pilot.\\n"
                + "Keep the log of the harbour in feet.\\n".repeat(9) + "%s\"}";
        pinning.send(Dialect.MESSAGES, body("NONCE,LOG," + rules.formatted("Call first.")));
        Rewrite second = pinning.rewrite(Dialect.MESSAGES, body("NONCE,LOG," + rules.formatted("Call twice.")));

        assertThat(system(second)).contains("Call first.").doesNotContain("Call twice.", "billing", "fog");
        assertThat(new String(second.body(), UTF_8)).contains("Call twice.", "Log: fog");
    }

    private static String body(String blocks) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"system\":[" + spelled(blocks) + "]}";
    }

    private static String spelled(String blocks) {
        return blocks.replace("NONCE", NONCE)
                .replace("RULES", RULES)
                .replace("MORE", MORE)
                .replace("LOG", LOG);
    }

    /** Returns the system field as it is sent, in a body that is JSON. */
    private static String system(Rewrite rewrite) {
        String body = new String(rewrite.body(), UTF_8);
        assertThat(JsonTree.parse(rewrite.body())).isNotNull();
        return body.substring(body.indexOf("\"system\":") + "\"system\":".length(), body.length() - 1);
    }
}
