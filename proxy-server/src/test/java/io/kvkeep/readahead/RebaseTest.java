package io.kvkeep.readahead;

import static io.kvkeep.readahead.Idle.usage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.answer.Emitted;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.reading.Sender.End;
import io.kvkeep.template.Truth;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Notes that are folded into one clean prompt in idle time. */
class RebaseTest {
    private static final String CLEAN = "{\"role\":\"user\",\"content\":\"clean " + "and long ".repeat(1_000) + "\"}";
    private static final int HEAVY = 9 << 10;

    private final Idle idle = new Idle();

    @AfterEach
    void close() {
        idle.close();
    }

    @Test
    void aLaneWhoseNotesComeNearToTheirBudgetIsReadAsOneCleanPrompt() {
        folds(EngineKind.LLAMA_CPP);
        idle.turn(7).strips(Truth.NO).notes(HEAVY).ends();
        idle.pass(2_000);
        assertThat(idle.sent).hasSize(1);
        assertThat(new String(idle.sent.get(0).body(), UTF_8))
                .contains("clean and long")
                .endsWith(",{\"role\":\"assistant\",\"content\":\"Done.\"},{\"role\":\"user\",\"content\":\"\"}]}");
        assertThat(idle.kept)
                .as("its slot holds the old form no longer, so it counts at once")
                .isEqualTo(1);

        idle.end(End.DONE, 2_500, 500);
        assertThat(idle.ahead.cameBack(7, usage(2_600, 2_500)).orElseThrow().reason())
                .isEqualTo("rebase");
    }

    @Test
    void whereBothFormsHaveRoomTheCleanOneCountsOnlyOnceItIsThere() {
        folds(EngineKind.VLLM);
        idle.turn(7).kind(EngineKind.VLLM).notes(HEAVY).ends();
        idle.pass(2_000);
        assertThat(idle.sent).hasSize(1);
        assertThat(idle.kept).isZero();
        idle.end(End.DONE, 2_500, 500);
        assertThat(idle.kept).isEqualTo(1);
    }

    @Test
    void whatIsBrokenOffBeforeItIsThereDoesNotCountThere() {
        folds(EngineKind.VLLM);
        idle.turn(7).kind(EngineKind.VLLM).notes(HEAVY).ends();
        idle.pass(2_000);
        idle.quiet = false;
        idle.ahead.requestBegins();
        idle.pass(10_000);
        assertThat(idle.kept).isZero();
    }

    @Test
    void aLaneWithFewNotesAndOneInTheMiddleOfALoopKeepTheirForm() {
        folds(EngineKind.LLAMA_CPP);
        idle.turn(7).strips(Truth.NO).notes(HEAVY - 2_000).ends();
        idle.pass(10_000);
        idle.turn(7)
                .notes(HEAVY)
                .answer(new Emitted("", "", List.of(new Emitted.Call("read", "{}"))))
                .ends();
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void aLaneThatHasGoneOnKeepsItsForm() {
        folds(EngineKind.LLAMA_CPP);
        idle.turn(7).notes(HEAVY).ends();
        idle.lanesStand = false;
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
        assertThat(idle.kept).isZero();
    }

    private void folds(EngineKind kind) {
        idle.folded = idle.turn(7).kind(kind).conversation(CLEAN).rewrite();
    }
}
