package io.kvkeep.bench.load;

import io.kvkeep.bench.agent.AgentBody;
import io.kvkeep.bench.agent.RequestTemplate;
import io.kvkeep.bench.agent.Requests;
import io.kvkeep.bench.agent.Turns;
import io.kvkeep.bench.engine.Answers;
import io.kvkeep.bench.engine.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link LoadRun}. */
final class LoadWorker implements Runnable, AutoCloseable {
    private static final int UNMEASURED = 2;

    private final LoadRun run;
    private final Requests requests;
    private final AnswerReader reader;
    private final LoadTally tally = new LoadTally();
    private volatile @Nullable Wire wire;
    private volatile boolean closed;

    LoadWorker(LoadRun run) {
        this.run = run;
        requests = requests(run.order());
        reader = new AnswerReader(run.order().stream(), run.order().pace());
    }

    LoadTally tally() {
        return tally;
    }

    @Override
    public void run() {
        try {
            for (int i = 0; i < UNMEASURED; i++) {
                exchange(new LoadTally());
            }
            run.awaitStart();
            while (!run.over() && !closed) {
                exchange(tally);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private void exchange(LoadTally measured) throws InterruptedException {
        tally.countSent();
        try {
            long serial = run.nextSerial();
            ByteBuffer request = requests.request(serial);
            String checksum = Answers.checksum(requests.body());
            Wire open = open();
            long start = System.nanoTime();
            open.send(request);
            AnswerReader.Answer answer = reader.read(open, Answers.serial(serial), measured.chunkDelays());
            measured.add(System.nanoTime() - start, !answer.checksum().equals(checksum));
            if (answer.close()) {
                close();
                wire = null;
            }
        } catch (IOException | RuntimeException e) {
            tally.countError(e);
            close();
            wire = null;
            Thread.sleep(20); // a peer that is gone must not make this a busy loop
        }
    }

    private Wire open() throws IOException {
        Wire open = wire;
        if (open == null) {
            open = Wire.connect(run.order().port());
            wire = open;
        }
        return open;
    }

    /** Ends a wait for an answer, when called from another thread after the run. */
    void abandon() {
        closed = true;
        close();
    }

    @Override
    public void close() {
        Wire open = wire;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                tally.countError(e);
            }
        }
    }

    /** Requests of the order's size on average. */
    private static Requests requests(LoadOrder order) {
        return order.goesOn()
                ? new Turns(order.bodyBytes(), order.pace())
                : new RequestTemplate(AgentBody.of(order.bodyBytes(), order.stream(), order.pace()));
    }
}
