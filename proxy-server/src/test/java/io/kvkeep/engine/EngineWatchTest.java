package io.kvkeep.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.probe.EngineFacts.Row;
import io.kvkeep.probe.ScriptedEngine;
import io.kvkeep.probe.ScriptedEngine.Reply;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineWatchTest {
    private static final String BEHIND = "trialsystem trialtool trialfirst triallast triallate";
    private static final String BEFORE = "trialtool trialsystem trialfirst triallast triallate";

    private ScriptedEngine server = unset();

    @BeforeEach
    void start() throws IOException {
        server = ScriptedEngine.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anEngineIsKnownWhenTheStartIsOver() {
        llama("a", BEHIND);
        try (EngineWatch watch = watch()) {
            watch.start();
            assertThat(watch.isUp()).isTrue();
            assertThat(watch.engine().kind()).isEqualTo(EngineKind.LLAMA_CPP);
            assertThat(watch.engine().capabilities().toolsPlace()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
            assertThat(watch.engine().capabilities().lateSystem()).isEqualTo(LateSystem.KEPT);
            assertThat(watch.engine().capabilities().cacheKind()).isEqualTo(CacheKind.SLOTS);
            assertThat(watch.engine().facts().pinning().value()).isEqualTo(Truth.UNKNOWN);
        }
    }

    @Test
    void anEngineThatIsSilentIsNotWaitedFor() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                EngineWatch watch = watch("http://127.0.0.1:" + silent.getLocalPort(), new ArrayList<>())) {
            watch.start(10);
            assertThat(watch.isUp()).isFalse();
            assertThat(watch.engine().capabilities().toolsPlace()).isEqualTo(ToolsPlace.UNKNOWN);
        }
    }

    @Test
    void aKnownEngineIsAskedForItsModelsOnly() {
        llama("a", BEHIND);
        try (EngineWatch watch = watch()) {
            watch.look();
            int asked = server.asked().size();
            watch.look();
            assertThat(server.asked().subList(asked, server.asked().size())).containsExactly("/v1/models");
        }
    }

    @Test
    void anEngineThatNamesAnotherModelIsReadAnew() {
        llama("a", BEHIND);
        try (EngineWatch watch = watch()) {
            watch.look();
            llama("b", BEFORE);
            watch.look();
            assertThat(watch.models()).containsExactly("b");
            assertThat(watch.engine().capabilities().toolsPlace()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
        }
    }

    @Test
    void anEngineThatReturnsIsReadAnew() throws IOException {
        llama("a", BEHIND);
        List<String> seen = new ArrayList<>();
        try (EngineWatch watch = watch(server.url(), seen)) {
            watch.look();
            String url = server.url();
            server.close();
            watch.look();
            assertThat(watch.isUp()).isFalse();
            assertThat(watch.engine().capabilities().toolsPlace())
                    .as("what is known of an engine that is away")
                    .isEqualTo(ToolsPlace.BEHIND_SYSTEM);
            server = ScriptedEngine.start(url);
            llama("a", BEFORE);
            watch.look();
            assertThat(watch.isUp()).isTrue();
            assertThat(watch.engine().capabilities().toolsPlace()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
            assertThat(seen)
                    .startsWith("unknown down", "llama.cpp up")
                    .contains("llama.cpp down")
                    .endsWith("llama.cpp up");
        }
    }

    @Test
    void anEngineThatLoadsItsModelIsReadWhenItHas() {
        server.on("/v1/models", body -> new Reply(503, "{\"error\":{\"message\":\"Loading model\"}}"));
        server.serverHeader("llama.cpp");
        try (EngineWatch watch = watch()) {
            watch.look();
            assertThat(watch.engine().kind()).isEqualTo(EngineKind.LLAMA_CPP);
            assertThat(watch.engine().capabilities("a").toolsPlace()).isEqualTo(ToolsPlace.UNKNOWN);
            llama("a", BEHIND);
            watch.look();
            assertThat(watch.engine().capabilities("a").toolsPlace()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
        }
    }

    @Test
    void anEngineThatIsAwayOrLoadsAModelHoldsNothing() {
        llama("a", BEHIND);
        List<String> told = new ArrayList<>();
        try (EngineWatch watch = telling(told)) {
            watch.look();
            assertThat(told).containsExactly("there");
            server.on("/v1/models", body -> new Reply(503, "{\"error\":{\"message\":\"Loading model\"}}"));
            server.serverHeader("llama.cpp");
            watch.look();
            llama("a", BEHIND);
            watch.look();
            assertThat(told).containsExactly("there", "gone", "there");
            server.close();
            watch.look();
            assertThat(told).endsWith("there", "gone");
        }
    }

    @Test
    void anEngineThatIsBackBetweenTwoLooksShowsItByTheTasksOfItsSlots() {
        llama("a", BEHIND);
        List<String> told = new ArrayList<>();
        try (EngineWatch watch = telling(told)) {
            for (String tasks : List.of("\"id_task\":5,", "\"id_task\":90,", "\"id_task\":90,")) {
                server.on("/slots", "[{" + tasks + "\"id\":0,\"is_processing\":false}]");
                watch.look();
            }
            assertThat(told).containsOnly("there");
            server.on("/slots", "[{\"id\":0,\"is_processing\":false}]");
            watch.look();
            watch.look();
            assertThat(told)
                    .as("nothing is in unused slots")
                    .endsWith("there", "restarted", "gone", "there", "gone", "there");
        }
    }

    @Test
    void anEngineThatIsBackBetweenTwoLooksIsReadAnew() {
        llama("a", BEHIND);
        server.on("/slots", "[{\"id_task\":90,\"id\":0,\"is_processing\":false}]");
        List<String> told = new ArrayList<>();
        try (EngineWatch watch = telling(told)) {
            watch.look();
            watch.look();
            assertThat(watch.engine().facts().slots().value()).hasValue(2);
            assertThat(told).doesNotContain("restarted");

            server.on("/props", "{\"total_slots\":4}");
            server.on("/slots", "[{\"id_task\":3,\"id\":0,\"is_processing\":false}]");
            watch.look();
            assertThat(told).containsOnlyOnce("restarted");
            assertThat(watch.engine().facts().slots().value()).hasValue(4);
            watch.look();
            assertThat(told).containsOnlyOnce("restarted");
        }
    }

    private EngineWatch telling(List<String> told) {
        return new EngineWatch(
                new EngineProbe(), EngineAddress.parse(server.url()), () -> true, new EngineWatch.Listener() {
                    @Override
                    public void seen(Engine engine, boolean up) {
                        // others ask for that
                    }

                    @Override
                    public void gone() {
                        told.add("gone");
                    }

                    @Override
                    public void restarted() {
                        told.add("restarted");
                    }

                    @Override
                    public void there(Engine engine) {
                        told.add("there");
                    }
                });
    }

    @Test
    void pinningIsTriedOnceAndOnlyWhenNothingElseRuns() {
        llama("a", BEHIND);
        server.on("/slots", "[{\"id\":0,\"is_processing\":false},{\"id\":1,\"is_processing\":false}]")
                .on("/completion", "{\"timings\":{\"cache_n\":9}}");
        boolean[] quiet = {false};
        try (EngineWatch watch = new EngineWatch(
                new EngineProbe(), EngineAddress.parse(server.url()), () -> quiet[0], (engine, up) -> {})) {
            watch.look();
            assertThat(server.asked()).doesNotContain("/completion");
            quiet[0] = true;
            watch.look();
            assertThat(watch.engine().facts().pinning().value()).isEqualTo(Truth.YES);
            watch.look();
            assertThat(Collections.frequency(server.asked(), "/completion")).isEqualTo(3);
        }
    }

    @Test
    void eachModelOfAnEngineHasFactsOfItsOwn() {
        server.on("/v1/models", """
                {"data":[{"id":"a:latest","owned_by":"library"},{"id":"b","owned_by":"library"}]}""")
                .on("/", "Ollama is running")
                .on(
                        "/api/show",
                        body -> new Reply(
                                200,
                                "{\"template\":\""
                                        + (body.path("model").asText().equals("b")
                                                ? "{{ .Tools }}{{ .System }}"
                                                : "{{ .System }}{{ .Tools }}")
                                        + "\"}"));
        try (EngineWatch watch = watch()) {
            watch.look();
            Engine engine = watch.engine();
            assertThat(engine.kind()).isEqualTo(EngineKind.OLLAMA);
            assertThat(engine.capabilities("a").toolsPlace()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
            assertThat(engine.capabilities("b").toolsPlace()).isEqualTo(ToolsPlace.BEFORE_SYSTEM);
            assertThat(engine.capabilities("c").toolsPlace()).isEqualTo(ToolsPlace.UNKNOWN);
            assertThat(engine.capabilities("c").tellsUsageOnRequest()).isTrue();
            assertThat(engine.capabilities().toolsPlace()).isEqualTo(ToolsPlace.BEHIND_SYSTEM);
        }
    }

    @Test
    void anEngineOfNoKnownKindIsAskedForNoFacts() {
        server.on("/v1/models", "{\"data\":[{\"id\":\"m\",\"owned_by\":\"somebody\"}]}");
        try (EngineWatch watch = watch()) {
            watch.look();
            assertThat(watch.isUp()).isTrue();
            assertThat(server.asked()).containsExactly("/v1/models", "/", "/api/v1/models");
        }
    }

    @Test
    void theStatusShowsEachConclusionWithItsEvidence() {
        llama("a", BEHIND);
        try (EngineWatch watch = watch()) {
            watch.look();
            EngineStatus status = watch.status();
            assertThat(status.kind()).isEqualTo("llama.cpp");
            assertThat(status.up()).isTrue();
            assertThat(status.facts())
                    .extracting(Row::fact)
                    .containsExactly(
                            "version",
                            "slots",
                            "cache",
                            "reports-reuse",
                            "pinning",
                            "context-tokens",
                            "attention",
                            "tools-place",
                            "late-system",
                            "strips-reasoning",
                            "keep-reasoning",
                            "prints-date");
            assertThat(status.facts())
                    .allSatisfy(row -> assertThat(row.evidence()).isNotEmpty());
            assertThat(status.facts())
                    .contains(new Row(
                            "a",
                            "tools-place",
                            "behind-system",
                            "/apply-template: the tool stood at character 12, the system text at 0,"
                                    + " the first user text at 22, the last at 33"));
        }
    }

    private void llama(String model, String prompt) {
        server.on("/v1/models", "{\"data\":[{\"id\":\"" + model + "\",\"owned_by\":\"llamacpp\"}]}")
                .on("/props", "{\"total_slots\":2}")
                .on("/apply-template", "{\"prompt\":\"" + prompt + "\"}");
    }

    private EngineWatch watch() {
        return watch(server.url(), new ArrayList<>());
    }

    private static EngineWatch watch(String url, List<String> seen) {
        return new EngineWatch(
                new EngineProbe(),
                EngineAddress.parse(url),
                () -> true,
                (engine, up) -> seen.add(engine.kind().id() + (up ? " up" : " down")));
    }

    /** Stands in a field until a test has started. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unset() {
        return null;
    }
}
