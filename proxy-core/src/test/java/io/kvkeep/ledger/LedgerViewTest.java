package io.kvkeep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.lane.Digest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LedgerViewTest {

    @Test
    void anEmptyLedgerKnowsNothing() {
        Digest nothing = Digest.of(new byte[0], List.of());

        assertThat(LedgerView.EMPTY.lanes(nothing)).isEmpty();
        assertThat(LedgerView.EMPTY.agent(nothing)).isEqualTo(AgentState.unseen(nothing));
        assertThat(LedgerView.EMPTY.memo().get(nothing)).isNull();
        assertThat(LedgerView.EMPTY.mark(nothing, nothing, Optional.empty())).isZero();
    }
}
