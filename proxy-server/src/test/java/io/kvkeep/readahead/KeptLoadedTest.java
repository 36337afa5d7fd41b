package io.kvkeep.readahead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.ahead.ReadAheadPolicy;
import io.kvkeep.engine.EngineKind;
import io.kvkeep.reading.Sender.End;
import io.kvkeep.template.Truth;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When Ollama is asked to keep a model. */
class KeptLoadedTest {
    private Idle idle = new Idle(new ReadAheadPolicy(true, 1_000, 1_000, 28_800));

    @AfterEach
    void close() {
        idle.close();
    }

    @Test
    void afterATurnTheModelIsKeptForSoLong() {
        ollama(7).strips(Truth.NO).ends();
        idle.pass(999);
        assertThat(idle.sent).isEmpty();
        idle.pass(2_000);
        assertThat(idle.sent).hasSize(1);
        assertThat(idle.sent.get(0).path()).isEqualTo("/llm/api/generate");
        assertThat(body(0)).isEqualTo("{\"model\":\"m\",\"keep_alive\":28800,\"stream\":false}");

        idle.end(End.DONE, 0, 0);
        idle.pass(60_000);
        assertThat(idle.sent).as("once is enough").hasSize(1);
        assertThat(idle.metrics.scrape()).contains("reason=\"keep-loaded\",result=\"done\"} 1.0");
    }

    @Test
    void whatIsReadAheadComesFirst() {
        ollama(7).strips(Truth.YES).ends();
        idle.pass(2_000);
        assertThat(body(0)).contains("\"messages\"");
        idle.end(End.DONE, 2_500, 500);
        idle.pass(2_000);
        assertThat(body(1)).contains("keep_alive");
        idle.end(End.DONE, 0, 0);
        idle.pass(60_000);
        assertThat(idle.sent).hasSize(2);
    }

    @Test
    void nothingIsSentBesideAnOpenRequest() {
        ollama(7).strips(Truth.NO).ends();
        idle.quiet = false;
        idle.pass(60_000);
        assertThat(idle.sent).isEmpty();
        idle.quiet = true;
        idle.pass(2_000);
        assertThat(idle.sent).hasSize(1);
    }

    @Test
    void otherEnginesAndEnginesElsewhereAreNotAsked() {
        idle.turn(7).strips(Truth.NO).ends();
        idle.pass(10_000);
        idle.inPrivateNetwork = false;
        ollama(8).strips(Truth.NO).ends();
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    @Test
    void unlessTheOperatorSaysSoOllamaDecides() {
        idle.close();
        idle = new Idle();
        ollama(7).strips(Truth.NO).ends();
        idle.pass(10_000);
        assertThat(idle.sent).isEmpty();
    }

    private Idle.Turn ollama(long lane) {
        return idle.turn(lane).kind(EngineKind.OLLAMA);
    }

    private String body(int request) {
        return new String(idle.sent.get(request).body(), UTF_8);
    }
}
