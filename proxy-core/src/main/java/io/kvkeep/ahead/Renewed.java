package io.kvkeep.ahead;

import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import io.kvkeep.lane.Links;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The last request of a lane as it would be sent now: in the form that it had, or as one clean prompt. Once the ledger
 * keeps it, the lane's next request goes on from there.
 *
 * @param rewrite the request
 * @param entry what the ledger has to keep for that: the same lane, with the answer that it had
 */
public record Renewed(Rewrite rewrite, LedgerEntry entry) {
    /**
     * Makes the request.
     *
     * @param incoming the lane's last request, as it came
     * @param lane the lane's id
     * @param fold whether notes behind the first one are folded into one clean prompt, though their budget is not spent
     * @return empty if the ledger does not hold the lane, or if it has gone on since
     */
    public static Optional<Renewed> of(
            Rewriter rewriter,
            Incoming incoming,
            LedgerView ledger,
            Function<String, Capabilities> capabilities,
            Policy policy,
            long lane,
            boolean fold) {
        OneLane only = new OneLane(ledger, lane, fold);
        try {
            Rewrite rewrite = rewriter.rewrite(incoming, only, capabilities, policy);
            Lane before = only.held.orElse(null);
            if (before == null || !isLastOf(before, rewrite.entry().lane())) {
                return Optional.empty();
            }
            Lane again = rewrite.entry().lane();
            Lane lasting = new Lane(
                    before.id(),
                    before.tenant(),
                    before.scope(),
                    again.start(),
                    before.chain(),
                    again.sent(),
                    before.awaited());
            LedgerEntry entry = new LedgerEntry(
                    lasting,
                    rewrite.entry().agent(),
                    Optional.of(before),
                    rewrite.entry().slot());
            return Optional.of(new Renewed(rewrite, entry));
        } catch (PromptNotUnderstood e) {
            return Optional.empty();
        }
    }

    /** Tells whether a lane ends with a request, or with the answer to it. */
    private static boolean isLastOf(Lane lane, Lane request) {
        Links said = request.links();
        int answers = lane.chain().size() - said.size();
        return !said.isEmpty()
                && said.common(lane.links()) == said.size()
                && answers == (lane.awaited().isPresent() ? 1 : 0);
    }

    /** A ledger in which there is one lane alone. */
    private static final class OneLane implements LedgerView {
        private final LedgerView ledger;
        private final long id;
        private final boolean fold;
        private Optional<Lane> held = Optional.empty();

        OneLane(LedgerView ledger, long id, boolean fold) {
            this.ledger = ledger;
            this.id = id;
            this.fold = fold;
        }

        @Override
        public List<Lane> lanes(Digest link) {
            return only(ledger.lanes(link));
        }

        @Override
        public List<Lane> lanes(Digest link, long session) {
            return only(ledger.lanes(link, session));
        }

        private List<Lane> only(List<Lane> lanes) {
            List<Lane> own = lanes.stream().filter(lane -> lane.id() == id).toList();
            held = own.stream().findFirst().or(() -> held);
            return own;
        }

        @Override
        public AgentState agent(Digest scope) {
            return ledger.agent(scope);
        }

        @Override
        public DigestMemo memo() {
            return ledger.memo();
        }

        @Override
        public Learned learned() {
            return ledger.learned();
        }

        @Override
        public boolean isCold(Lane lane) {
            return fold || ledger.isCold(lane);
        }

        @Override
        public int mark(Digest scope, Digest stable, Optional<Lane> lane) {
            return ledger.mark(scope, stable, lane);
        }

        @Override
        public OptionalInt slot(Digest scope, Digest stable, Optional<Lane> lane, boolean passing) {
            return ledger.slot(scope, stable, lane, passing);
        }
    }
}
