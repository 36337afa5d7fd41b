package io.kvkeep.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.bench.engine.Pace;
import io.kvkeep.bench.engine.StandIn;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

final class LoadRunTest {
    private static final Pace PACE = new Pace(3, 100);

    @Test
    void everyAnswerOfTheStandInIsRight() throws Exception {
        try (StandIn engine = StandIn.listen(0)) {
            LoadResult result = LoadRun.run(new LoadOrder(engine.port(), 2, 4096, false, false, PACE, 200, 1));

            assertThat(result.firstError()).isEmpty();
            assertThat(result.errors()).isZero();
            assertThat(result.changed()).isZero();
            assertThat(result.measured()).isPositive();
            assertThat(result.p50Micros()).isPositive().isLessThanOrEqualTo(result.p99Micros());
        }
    }

    @Test
    void everyAnswerInAConversationThatGoesOnIsRight() throws Exception {
        try (StandIn engine = StandIn.listen(0)) {
            LoadResult result = LoadRun.run(new LoadOrder(engine.port(), 1, 120 << 10, true, false, PACE, 200, 1));

            assertThat(result.firstError()).isEmpty();
            assertThat(result.changed()).isZero();
            assertThat(result.measured()).isPositive();
        }
    }

    @Test
    void streamedAnswersAreJudgedByTheDelayOfTheirChunks() throws Exception {
        try (StandIn engine = StandIn.listen(0)) {
            LoadResult result = LoadRun.run(new LoadOrder(engine.port(), 1, 120 << 10, false, true, PACE, 200, 4711));

            assertThat(result.errors()).isZero();
            assertThat(result.measured()).isPositive();
            assertThat(result.p50Micros()).isPositive();
        }
    }

    @Test
    void aServerThatIsNotThereCountsAsErrors() throws Exception {
        try (Socket bound = new Socket()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            LoadResult result = LoadRun.run(new LoadOrder(bound.getLocalPort(), 1, 4096, false, false, PACE, 100, 1));

            assertThat(result.measured()).isZero();
            assertThat(result.errors()).isPositive();
            assertThat(result.firstError()).contains("ConnectException");
        }
    }

    @Test
    void orderAndResultSurviveTheirLines() {
        LoadOrder order = new LoadOrder(8080, 32, 2048, false, true, PACE, 1000, 77);
        LoadResult result = new LoadResult(10, 9, 1, 2, 1.5, 16.25, Double.NaN, "broken pipe");

        assertThat(LoadOrder.parse(order.line())).isEqualTo(order);
        assertThat(LoadResult.parse(result.line())).isEqualTo(result);
    }
}
