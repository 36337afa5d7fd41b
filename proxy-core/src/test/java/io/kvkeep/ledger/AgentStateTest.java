package io.kvkeep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState.Pinned;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AgentStateTest {
    private static final AgentState UNSEEN = AgentState.unseen(new Digest(0, 0));

    @Test
    void ofTextsTheNewestAreKept() {
        AgentState state = UNSEEN;
        for (int i = 1; i <= 70; i++) {
            state = state.withSystem(digest(i))
                    .withDeclared(digest(-i))
                    .withBare(digest(100 + i))
                    .withPinned(pinned(i));
        }

        assertThat(state.systems()).hasSize(64).startsWith(digest(7)).endsWith(digest(70));
        assertThat(state.declared()).hasSize(64).startsWith(digest(-7)).endsWith(digest(-70));
        assertThat(state.bare()).hasSize(64).startsWith(digest(107)).endsWith(digest(170));
        assertThat(state.hasSent(digest(-70))).isTrue();
        assertThat(state.hasSent(digest(170))).isTrue();
        assertThat(state.hasSent(digest(70))).isFalse();
        assertThat(state.pinned())
                .hasSize(8)
                .startsWith(pinned(63))
                .endsWith(pinned(70))
                .doesNotHaveDuplicates();
        assertThat(state.pinned(digest(70))).contains(pinned(70));
        assertThat(state.pinned(digest(1))).isEmpty();
    }

    @Test
    void whatIsKnownChangesNothing() {
        AgentState state = UNSEEN.withSystem(digest(1))
                .withDeclared(digest(2))
                .withBare(digest(5))
                .withPinned(pinned(3))
                .withSystem(digest(4));

        assertThat(state.withSystem(digest(1))).isSameAs(state);
        assertThat(state.withDeclared(digest(2))).isSameAs(state);
        assertThat(state.withBare(digest(5))).isSameAs(state);
        assertThat(state.withPinned(pinned(3))).isSameAs(state);
    }

    @Test
    void eachListChangesAlone() {
        AgentState state = UNSEEN.withTools(List.of("read", "write")).withSystem(digest(1));

        assertThat(state)
                .isEqualTo(new AgentState(
                        UNSEEN.scope(), List.of("read", "write"), List.of(digest(1)), List.of(), List.of(), List.of()));
        assertThat(state.withPinned(pinned(2)).withBare(digest(4)).withDeclared(digest(3)))
                .isEqualTo(new AgentState(
                        UNSEEN.scope(),
                        List.of("read", "write"),
                        List.of(digest(1)),
                        List.of(digest(3)),
                        List.of(digest(4)),
                        List.of(pinned(2))));
    }

    private static Digest digest(long number) {
        return new Digest(number, 0);
    }

    private static Pinned pinned(long number) {
        return new Pinned(digest(number), List.of("Rules " + number));
    }
}
