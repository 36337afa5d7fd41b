package io.kvkeep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DigestTest {

    @Test
    void equalTextsHaveEqualDigestsAndOthersDoNot() {
        Set<Digest> seen = new HashSet<>();
        for (int length = 0; length < 300; length++) {
            seen.add(Digest.of("é".repeat(length)));
            seen.add(Digest.of("é".repeat(length)));
        }
        assertThat(seen).hasSize(300);
    }

    @Test
    void anEmptyLedgerKnowsNothing() {
        assertThat(LedgerView.EMPTY.knowsSystem(Digest.of(""))).isFalse();
        assertThat(LedgerView.EMPTY.knowsStable(Digest.of(""))).isFalse();
    }
}
