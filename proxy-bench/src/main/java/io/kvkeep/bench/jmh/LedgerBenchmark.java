package io.kvkeep.bench.jmh;

import io.kvkeep.answer.Emitted;
import io.kvkeep.bench.agent.Turns;
import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Pace;
import io.kvkeep.bench.ledger.Talk;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Chain;
import io.kvkeep.lane.Digest;
import io.kvkeep.lane.DigestMemo;
import io.kvkeep.lane.Words;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LaneRecord;
import io.kvkeep.ledger.Learned;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.ledger.Linked;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.reuse.PrefixChain;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.store.LaneStore;
import io.kvkeep.store.Steering;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The next turn of a conversation that the ledger holds: the whole way through the core, and its single steps. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class LedgerBenchmark {
    /** A conversation in its twentieth turn. */
    @State(Scope.Benchmark)
    public static class Turn {
        private static final int TURNS = 20;

        /** The size of the body. */
        @Param({"122880", "1048576"})
        int bytes;

        private final LaneStore store = new LaneStore(256 << 20, System::currentTimeMillis);
        private final Talk talk = new Talk(store);
        private Incoming incoming;
        private LedgerView view;
        private Rewrite rewrite;
        private Lane before;
        private List<Message> conversation;
        private Map<String, String> values;

        /** Plays the turns before it. */
        @Setup
        public void prepare() throws PromptNotUnderstood {
            Emitted answer = Talk.said(Answers.completion(Answers.serial(0), "00000000"));
            Turns turns = new Turns(bytes, new Pace(8, 0));
            for (int turn = 0; turn < TURNS; turn++) {
                turns.request(turn);
                talk.turn(turns.body(), answer);
            }
            turns.request(TURNS);
            incoming = talk.incoming(turns.body());
            view = store.view(new Steering(true, 0), Learned.NOTHING);
            rewrite = talk.rewrite(incoming, view);
            conversation = rewrite.prompt().conversation();
            Lane after = rewrite.entry().lane();
            before = view.lanes(after.chain().get(rewrite.known() - 1)).get(0);
            values = after.deliveredUpTo(conversation.size());
        }
    }

    /** The whole way through the core. */
    @Benchmark
    public Rewrite rewrite(Turn turn) throws PromptNotUnderstood {
        return turn.talk.rewrite(turn.incoming, turn.view);
    }

    /** The digests of all messages, where each is new. */
    @Benchmark
    public List<Digest> chainOfNewMessages(Turn turn) throws NotJson {
        return chain(turn, DigestMemo.NONE);
    }

    /** The digests of all messages, where each has been seen. */
    @Benchmark
    public List<Digest> chainOfKnownMessages(Turn turn) throws NotJson {
        return chain(turn, turn.view.memo());
    }

    /** The search for the lane. */
    @Benchmark
    public Linked find(Turn turn) {
        return Linked.find(turn.rewrite.entry().lane().chain(), List.of(), 0, turn.view, 0, turn.values);
    }

    /** The hashes of the prompt as it came and as it is sent. */
    @Benchmark
    public PrefixChain.Pair pair(Turn turn) {
        return PrefixChain.Pair.of(
                Stretches.Pair.of(turn.rewrite.prompt(), turn.rewrite.fingerprints(), turn.rewrite.plan()), 1);
    }

    /** The record for the disk. */
    @Benchmark
    public byte[] record(Turn turn) {
        return LaneRecord.write(new LaneRecord.Served(turn.rewrite.entry().lane(), 1, 1), turn.before);
    }

    /** The store without a disk. */
    @Benchmark
    public Lane commit(Turn turn) {
        return turn.store.commit(turn.rewrite.entry());
    }

    private static List<Digest> chain(Turn turn, DigestMemo memo) throws NotJson {
        Digest scope = turn.before.scope();
        byte[] body = turn.incoming.body();
        List<Digest> fingerprints = turn.rewrite.fingerprints().messages();
        return Chain.of(scope, Chain.messages(scope, body, turn.conversation, Words.ALL, fingerprints, memo));
    }
}
