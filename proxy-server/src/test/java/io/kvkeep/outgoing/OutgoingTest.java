package io.kvkeep.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.config.ProfileFiles;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.settle.Group;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OutgoingTest {
    private static final int PART_BYTES = 256 << 10;
    private static final String CLOCK = "You are a helper.\\n\\nCurrent date: 2026-11-20\\nCurrent time: 10:15";

    @Test
    void thePartsAreTheBodyWithItsEditsWhateverItsLength() throws PromptNotUnderstood {
        Random random = new Random(5);
        for (int i = 0; i < 40; i++) {
            int length = random.nextInt(3) * PART_BYTES + random.nextInt(600);
            byte[] body = ("{\"messages\":[{\"role\":\"system\",\"content\":\"" + CLOCK
                            + "\"},{\"role\":\"user\",\"content\":\"" + "x".repeat(length) + "\"}]}")
                    .getBytes(UTF_8);
            Rewrite rewrite = rewritten(body);
            Outgoing edited = new Outgoing(body, Optional.of(rewrite), 0, true, true, Group.REWRITTEN);

            assertThat(rewrite.plan().isEmpty()).isFalse();
            assertThat(joined(edited)).isEqualTo(rewrite.body());
            assertThat(joined(edited.unedited())).isEqualTo(body);
        }
    }

    @Test
    void anEmptyBodyHasNoParts() {
        assertThat(Outgoing.asItCame(new byte[0]).parts(UnpooledByteBufAllocator.DEFAULT))
                .isExhausted();
    }

    private static Rewrite rewritten(byte[] body) throws PromptNotUnderstood {
        Incoming incoming = new Incoming(Dialect.ALL.get(0), body, "", new NoteTag("5eed5eed5eed5eed"));
        return new Rewriter(ProfileFiles.builtIn())
                .rewrite(
                        incoming, LedgerView.EMPTY, new Capabilities(true), new Policy(Placement.FIRST_USER, Set.of()));
    }

    private static byte[] joined(Outgoing outgoing) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        OutgoingParts parts = outgoing.parts(UnpooledByteBufAllocator.DEFAULT);
        while (parts.hasNext()) {
            ByteBuf part = parts.next();
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            out.writeBytes(bytes);
            assertThat(bytes.length).isBetween(1, PART_BYTES);
            assertThat(part.release()).isTrue();
        }
        assertThat(parts.length()).isEqualTo(out.size());
        return out.toByteArray();
    }
}
