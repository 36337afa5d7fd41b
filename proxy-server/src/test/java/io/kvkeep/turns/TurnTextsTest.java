package io.kvkeep.turns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.config.ProfileFiles;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.template.ToolsPlace;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Texts of prompts stay inside of their bound, and go when nobody may see them any more. */
final class TurnTextsTest {
    private static final int MAX_BYTES = 200_000;

    private final TurnTexts texts = new TurnTexts(MAX_BYTES);
    private final Rewriter rewriter;

    TurnTextsTest() throws Exception {
        rewriter = new Rewriter(ProfileFiles.with(Optional.empty()));
    }

    private void keep(long id, int chars) throws PromptNotUnderstood {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "w".repeat(chars) + "\"}]}";
        Incoming incoming =
                new Incoming(Dialect.CHAT_COMPLETIONS, body.getBytes(UTF_8), "", new NoteTag("5eed5eed5eed5eed"));
        Rewrite rewrite = rewriter.rewrite(incoming, LedgerView.EMPTY, Capabilities.UNKNOWN, Policy.DEFAULT);
        texts.keep(id, rewrite, rewrite.plan(), ToolsPlace.UNKNOWN);
    }

    @Test
    void theOldestGoWhenTheBoundIsReached() throws PromptNotUnderstood {
        for (int id = 1; id <= 50; id++) {
            keep(id, 10_000);
            assertThat(texts.bytes()).isBetween(10_000L, (long) MAX_BYTES);
        }

        assertThat(texts.of(50)).isPresent();
        assertThat(texts.of(48)).isPresent();
        assertThat(texts.of(40)).isEmpty();
    }

    @Test
    void aPromptThatIsTooLargeIsNotKeptAndTakesNoOtherWithIt() throws PromptNotUnderstood {
        keep(1, 10);
        keep(2, MAX_BYTES);

        assertThat(texts.of(1)).isPresent();
        assertThat(texts.of(2)).isEmpty();
    }

    @Test
    void nothingIsLeftOnceTheyAreForgotten() throws PromptNotUnderstood {
        keep(1, 10);
        texts.forget();

        assertThat(texts.of(1)).isEmpty();
        assertThat(texts.bytes()).isZero();
    }
}
