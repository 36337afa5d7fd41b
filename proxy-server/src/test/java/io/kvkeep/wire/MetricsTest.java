package io.kvkeep.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Mode;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.section.Kind;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is counted, and the pages that show it. */
class MetricsTest extends WireTest {

    @Test
    void absentCountsAreUnknownAndNotZero() throws Exception {
        RawEngine engine =
                engine(call -> call.answer(200, "{\"usage\":{\"prompt_tokens\":70,\"completion_tokens\":1}}"));
        Kvkeep kvkeep = proxy(engine);
        client(kvkeep).post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        eventually("it is settled", () -> tokens(kvkeep, "unknown") == 70);
        assertThat(kvkeep.scrape().lines().filter(line -> line.contains("source=\"reported\"")))
                .as("there is no line that says zero")
                .hasSize(1);
    }

    @Test
    void reportedZeroIsAMiss() throws Exception {
        RawEngine engine = engine(call ->
                call.answer(200, "{\"usage\":{\"prompt_tokens\":70,\"prompt_tokens_details\":{\"cached_tokens\":0}}}"));
        Kvkeep kvkeep = proxy(engine);
        client(kvkeep).post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        eventually("it is settled", () -> tokens(kvkeep, "reprocessed") == 70);
        assertThat(tokens(kvkeep, "reused")).isZero();
        assertThat(tokens(kvkeep, "unknown")).isZero();
    }

    @Test
    void anAnswerWithoutCountsIsEstimatedAlone() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")));
        client(kvkeep).post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        eventually("it is settled", () -> metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"estimated\"") > 0);
        assertThat(kvkeep.scrape()).doesNotContain("source=\"reported\"");
    }

    @Test
    void anErrorIsNotSettled() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> {
            boolean first = call.ordinal() == 1;
            call.answer(first ? 500 : 200, "{\"usage\":{\"prompt_tokens\":" + (first ? 1_000 : 7) + "}}");
        }));
        RawClient client = client(kvkeep);
        client.post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        client.post(CHAT, PLAIN.getBytes(UTF_8)).answer();
        eventually("it is settled", () -> tokens(kvkeep, "unknown") > 0);
        assertThat(tokens(kvkeep, "unknown")).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not-json|/v1/chat/completions|nothing of that kind",
                "not-json|/v1/chat/completions|{\"messages\":[{\"role\":\"us",
                "ambiguous|/v1/chat/completions|{\"messages\":[],\"messages\":[]}",
                "other-shape|/v1/chat/completions|{\"prompt\":1}",
                "stateful|/v1/responses|{\"previous_response_id\":\"resp_1\",\"input\":\"Hi\"}",
                "no-one-text|/v1/completions|{\"prompt\":[1,2]}"
            })
    void promptsThatPassUnreadAreCountedByReason(String reason, String path, String body) throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")));
        client(kvkeep).post(path, body.getBytes(UTF_8)).answer();
        assertThat(metric(kvkeep, "kvkeep_passthrough_total", "reason=\"" + reason + "\""))
                .isEqualTo(1);
        assertThat(metric(kvkeep, "kvkeep_passthrough_total")).isEqualTo(1);
    }

    @Test
    void requestsAreCountedByOutcome() throws Exception {
        Kvkeep kvkeep = proxy(engine(call ->
                call.answer(Integer.parseInt(call.message().header("x-want").get(0)), "{}")));
        RawClient client = client(kvkeep);
        for (int status : new int[] {200, 201, 404, 503}) {
            client.post(CHAT, PLAIN.getBytes(UTF_8), "X-Want: " + status).answer();
        }
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"2xx\"", "dialect=\"chat-completions\""))
                .isEqualTo(2);
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"4xx\"")).isEqualTo(1);
        assertThat(metric(kvkeep, "kvkeep_requests_total", "outcome=\"5xx\"")).isEqualTo(1);
    }

    @Test
    void editsAndDroppedRebuildsAreCounted() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")));
        RawClient client = client(kvkeep);
        client.post(CHAT, DATED.getBytes(UTF_8)).answer();
        client.post(CHAT, DATED.replace("11-21", "11-22").getBytes(UTF_8)).answer();
        eventually(
                "both moves are counted", () -> metric(kvkeep, "kvkeep_edits_total", "reason=\"move-section\"") == 2);
        assertThat(metric(kvkeep, "kvkeep_rebuilds_dropped_total")).isEqualTo(1);
    }

    @Test
    void editsOfARequestThatFailsAreCountedToo() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(503, "{}")));
        client(kvkeep).post(CHAT, DATED.getBytes(UTF_8)).answer();
        eventually("the move is counted", () -> metric(kvkeep, "kvkeep_edits_total", "reason=\"move-section\"") == 1);
    }

    @Test
    void observingCountsReuseAndNoEdits() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")), Mode.OBSERVE, LIMITS);
        client(kvkeep).post(CHAT, DATED.getBytes(UTF_8)).answer();
        eventually("it is settled", () -> metric(kvkeep, "kvkeep_prompt_tokens_total") > 0);
        assertThat(metric(kvkeep, "kvkeep_edits_total")).isZero();
    }

    @Test
    void aSectionIsLeftOutByConfiguration() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, "{}"));
        Kvkeep kvkeep =
                proxy(engine.port(), Mode.REWRITE, new Policy(Placement.FIRST_USER, Set.of(Kind.CLOCK)), LIMITS);
        client(kvkeep).post(CHAT, DATED.getBytes(UTF_8)).answer();
        assertThat(engine.next().message().text()).isEqualTo(DATED.replace("Current date: 2026-11-21\\n", ""));
    }

    @Test
    void theEngineIsUpIfItAnswered() throws Exception {
        Kvkeep up = proxy(engine("vllm", call -> call.answer(200, "{}")));
        assertThat(metric(up, "kvkeep_engine_up", "kind=\"vllm\"")).isEqualTo(1);
        Kvkeep down = proxy(unusedPort(), Mode.REWRITE, Policy.DEFAULT, LIMITS);
        assertThat(metric(down, "kvkeep_engine_up")).isZero();
    }

    @Test
    void theAdminPortShowsHealthAndMetrics() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")));
        RawMessage health = admin(kvkeep, "GET /healthz");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.text()).isEqualTo("ok\n");
        RawMessage metrics = admin(kvkeep, "GET /metrics");
        assertThat(metrics.header("content-type")).containsExactly("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.text()).contains("# TYPE kvkeep_engine_up gauge\n", "kvkeep_build_info{version=");
        RawMessage status = admin(kvkeep, "GET /status");
        assertThat(status.header("content-type")).containsExactly("application/json");
        assertThat(status.text()).contains("\"kind\" : \"unknown\"", "\"up\" : true", "\"facts\" : [");
        assertThat(admin(kvkeep, "GET /other").status()).isEqualTo(404);
        assertThat(admin(kvkeep, "POST /metrics").status()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/chat/completions | {\"error\":{\"message\":\" | /v1. Set",
                "/v1/messages?beta=true | {\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\" | . Set",
                "/api/chat | {\"error\":\" | . Set",
                "/api/tags | {\"error\":\" | . Set"
            })
    void anAgentThatIsPointedAtTheAdminPortIsToldWhereToGo(String path, String start, String end) throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")));
        RawClient client = client(kvkeep.adminAddress().port());
        byte[] prompt = ("{\"messages\":\"" + "tide ".repeat(100_000) + "\"}").getBytes(UTF_8);

        RawMessage answer = client.post(path, prompt).answer();

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("content-type")).containsExactly("application/json");
        assertThat(answer.text())
                .startsWith(start + "this is kvkeep's admin port")
                .contains("agents connect to http://" + kvkeep.address().forClients() + end);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void theStatusBeginsTheSameWayEachTime() throws Exception {
        Kvkeep kvkeep = proxy(engine(call -> call.answer(200, "{}")));

        assertThat(admin(kvkeep, "GET /status").text().replaceAll("\\s", ""))
                .matches("\\{\"kvkeep\":\\{\"version\":\"[^\"]+\",\"listen\":\""
                        + kvkeep.address().forClients() + "\",\"mode\":\"rewrite\",\"showText\":false},.*");
    }

    private RawMessage admin(Kvkeep kvkeep, String methodAndPath) throws Exception {
        RawClient client = client(kvkeep.adminAddress().port());
        client.send(methodAndPath + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return client.answer();
    }

    private static double tokens(Kvkeep kvkeep, String reuse) {
        return metric(kvkeep, "kvkeep_prompt_tokens_total", "source=\"reported\"", "reuse=\"" + reuse + "\"");
    }
}
