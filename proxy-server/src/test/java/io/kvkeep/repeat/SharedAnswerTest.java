package io.kvkeep.repeat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.http.Headers;
import io.kvkeep.repeat.AnswerSource.Broken;
import io.kvkeep.repeat.AnswerSource.Ended;
import io.kvkeep.repeat.AnswerSource.Head;
import io.kvkeep.repeat.AnswerSource.Part;
import io.kvkeep.repeat.AnswerSource.Step;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharedAnswerTest {
    private static final long SEED = 20_261_121;
    private static final byte[] BIG = new byte[64 << 10];

    private final AnswerBudget budget = new AnswerBudget(1 << 20);
    private final List<String> upstream = new ArrayList<>();
    private final Deque<Runnable> laterTasks = new ArrayDeque<>();
    private int timesOver;
    private final SharedAnswer answer = new SharedAnswer(budget, over -> timesOver++);

    SharedAnswerTest() {
        answer.from(new SharedAnswer.Upstream() {
            @Override
            public void goOn() {
                upstream.add("goes on");
            }

            @Override
            public void abandon() {
                upstream.add("abandoned");
            }

            @Override
            public void later(Runnable task, long nanos) {
                assertThat(nanos).isEqualTo(SharedAnswer.STANDSTILL_NANOS);
                laterTasks.add(task);
            }
        });
    }

    @Test
    void everyClientGetsAllOfItWheneverItComesAndHoweverItTakes() {
        Random random = new Random(SEED);
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        List<Client> clients = new ArrayList<>(List.of(new Client()));
        head();
        for (int i = 0; i < 500; i++) {
            byte[] part = new byte[1 + random.nextInt(900)];
            random.nextBytes(part);
            add(part);
            sent.writeBytes(part);
            if (i % 50 == 0) {
                clients.add(new Client());
            }
            clients.get(random.nextInt(clients.size())).take(random.nextInt(30));
        }
        answer.end(EmptyHttpHeaders.INSTANCE);
        for (Client client : clients) {
            client.take(Integer.MAX_VALUE);
            assertThat(client.end).isInstanceOf(Ended.class);
            assertThat(client.body.toByteArray()).isEqualTo(sent.toByteArray());
            client.source.leave();
        }
        assertThat(budget.heldBytes()).isZero();
        assertThat(timesOver).isEqualTo(1);
    }

    @Test
    void theRequestGoesOnUntilTheLastClientHasLeft() {
        Client first = new Client();
        Client second = new Client();
        Client third = new Client();
        assertThat(first.source.leave()).as("the first is counted by itself").isTrue();
        assertThat(third.source.leave()).isTrue();
        assertThat(upstream).isEmpty();
        assertThat(second.source.leave())
                .as("the request to the engine counts for the last")
                .isFalse();
        assertThat(upstream).containsExactly("abandoned");
        assertThat(answer.follow(() -> {})).isEmpty();
        add(BIG);
        assertThat(budget.heldBytes()).isZero();
        assertThat(timesOver).isEqualTo(1);
    }

    @Test
    void oneOfThoseWhoStayIsNotCountedTwice() {
        Client first = new Client();
        Client second = new Client();
        head();
        assertThat(first.source.leave()).isTrue();
        answer.end(EmptyHttpHeaders.INSTANCE);
        second.take(10);
        assertThat(second.source.leave()).isFalse();
        assertThat(upstream).isEmpty();
    }

    @Test
    void whatIsMissingIsMissingForAll() {
        Client first = new Client();
        Client second = new Client();
        head();
        add("a".getBytes(UTF_8));
        answer.breakOff();
        for (Client client : List.of(first, second)) {
            client.take(10);
            assertThat(client.body.toString(UTF_8)).isEqualTo("a");
            assertThat(client.end).isInstanceOf(Broken.class);
        }
        assertThat(answer.whole(0)).isEmpty();
    }

    @Test
    void aWholeAnswerIsHandedOverWithItsMemory() {
        Client client = new Client();
        head();
        add("ab".getBytes(UTF_8));
        add("c".getBytes(UTF_8));
        assertThat(answer.whole(0)).as("not yet").isEmpty();
        answer.end(EmptyHttpHeaders.INSTANCE);
        KeptAnswer kept = answer.whole(7).orElseThrow();
        answer.handOver();
        assertThat(kept.body()).isEqualTo("abc".getBytes(UTF_8));
        assertThat(budget.heldBytes()).isZero();
        client.take(10);
        assertThat(client.body.toString(UTF_8)).isEqualTo("abc");
        client.source.leave();
        assertThat(budget.heldBytes()).isZero();
        assertThat(kept.body()).isEqualTo("abc".getBytes(UTF_8));
    }

    @Test
    void anAnswerWithTrailersIsNotKept() {
        head();
        answer.end(Headers.UNCHECKED.newHeaders().add("x-sum", "1"));
        assertThat(answer.whole(0)).isEmpty();
    }

    @Test
    void beyondTheBudgetTheEngineWaitsForTheSlowestAndNobodyIsLetIn() {
        Client fast = new Client();
        Client slow = new Client();
        head();
        int parts = 0;
        while (!answer.isPaused()) {
            add(BIG);
            parts++;
            fast.take(10);
            assertThat(parts).as("the budget is the bound").isLessThan(20);
        }
        assertThat(answer.follow(() -> {})).isEmpty();
        assertThat(upstream).isEmpty();
        slow.take(1 + parts - 4);
        assertThat(answer.isPaused()).as("four parts are the window").isTrue();
        slow.take(4);
        assertThat(answer.isPaused()).isFalse();
        assertThat(upstream).containsExactly("goes on");
        assertThat(slow.body.size()).isEqualTo(fast.body.size());
        assertThat(budget.heldBytes()).isZero();
        answer.end(EmptyHttpHeaders.INSTANCE);
        assertThat(answer.whole(0)).as("its beginning is gone").isEmpty();
        slow.take(1);
        assertThat(slow.end).isInstanceOf(Ended.class);
    }

    @Test
    void aClientThatStandsStillIsGivenUpOnlyIfAnotherWaits() {
        Client fast = new Client();
        Client stuck = new Client();
        head();
        stuck.take(1);
        fill(fast);
        laterTasks.remove().run();
        stuck.take(1);
        assertThat(stuck.end).isInstanceOf(Broken.class);
        assertThat(stuck.source.leave()).isTrue();
        assertThat(upstream).containsExactly("goes on");
        assertThat(fast.source.leave()).isFalse();
        assertThat(upstream).containsExactly("goes on", "abandoned");
    }

    @Test
    void aSlowClientIsNotGivenUp() {
        Client fast = new Client();
        Client slow = new Client();
        head();
        fill(fast);
        slow.take(2);
        laterTasks.remove().run();
        slow.take(1);
        assertThat(slow.end).isNull();
        assertThat(laterTasks).as("it is looked after again").hasSize(1);
    }

    @Test
    void aSingleClientMayTakeItsTime() {
        Client only = new Client();
        head();
        while (!answer.isPaused()) {
            add(BIG);
        }
        laterTasks.remove().run();
        only.take(1);
        assertThat(only.end).isNull();
        only.take(Integer.MAX_VALUE);
        assertThat(upstream).containsExactly("goes on");
    }

    @Test
    void everyClientIsWokenWhenSomethingHasCome() {
        List<String> woken = new ArrayList<>();
        answer.follow(() -> woken.add("first"));
        answer.follow(() -> woken.add("second"));
        head();
        assertThat(woken).isEmpty();
        answer.flush();
        assertThat(woken).containsExactly("first", "second");
        answer.end(EmptyHttpHeaders.INSTANCE);
        assertThat(woken).hasSize(4);
    }

    private void fill(Client fast) {
        while (!answer.isPaused()) {
            add(BIG);
            fast.take(10);
        }
    }

    private void head() {
        answer.head(new AnswerHead(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE));
    }

    private void add(byte[] part) {
        ByteBuf buffer = Unpooled.wrappedBuffer(part);
        answer.add(buffer);
        assertThat(buffer.readableBytes()).isEqualTo(part.length);
    }

    /** Takes an answer step by step. */
    private final class Client {
        private final AnswerSource source = answer.follow(() -> {}).orElseThrow();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean tookHead;
        private @org.jspecify.annotations.Nullable Step end;

        void take(int steps) {
            for (int i = 0; i < steps && end == null; i++) {
                Step step = source.next();
                if (step == null) {
                    return;
                } else if (step instanceof Part part) {
                    assertThat(tookHead).isTrue();
                    body.writeBytes(part.bytes());
                } else if (step instanceof Head) {
                    assertThat(tookHead).isFalse();
                    tookHead = true;
                } else {
                    end = step;
                }
            }
        }
    }
}
