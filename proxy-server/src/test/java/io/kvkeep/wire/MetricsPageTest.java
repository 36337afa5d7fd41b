package io.kvkeep.wire;

import static io.kvkeep.wire.Talk.assistant;
import static io.kvkeep.wire.Talk.body;
import static io.kvkeep.wire.Talk.dated;
import static io.kvkeep.wire.Talk.user;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvkeep.cli.Kvkeep;
import io.kvkeep.config.Config;
import io.kvkeep.config.ConfigReader;
import io.kvkeep.config.Effective;
import io.kvkeep.config.LedgerOptions;
import io.kvkeep.config.Mode;
import io.kvkeep.config.RepeatOptions;
import io.kvkeep.metrics.Metrics;
import io.kvkeep.plan.Policy;
import io.kvkeep.reload.ConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page on metrics and what a scrape shows are the same, and clients can't make it grow. */
class MetricsPageTest extends WireTest {
    private static final int BATCH = 100;
    private static final int CLIENTS = 10;
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final String TOLD = "{\"choices\":[{\"index\":0,\"message\":" + assistant("Hello.")
            + ",\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":2000,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":400}},\"timings\":{\"prompt_n\":1600,\"prompt_ms\":800}}";

    @Test
    void thePageListsEachSeriesOfAScrapeWithItsTypeAndLabelsAndNoOther() throws Exception {
        Map<String, Series> documented = documented();
        Kvkeep kvkeep = busy();
        System.gc();
        eventually("all kinds of counts are there", () -> shown(kvkeep).keySet().containsAll(documented.keySet()));
        Map<String, Series> own = shown(kvkeep);
        own.keySet().removeIf(name -> !name.startsWith("kvkeep_") && !documented.containsKey(name));

        assertThat(own).isEqualTo(documented);
    }

    /** Does everything that is counted. */
    private Kvkeep busy() throws Exception {
        RawEngine engine = engine(call -> {
            boolean refused = call.message().text().contains("<note-")
                    && call.message().text().contains("refuse");
            call.answer(refused ? 400 : 200, refused ? "{\"error\":1}" : TOLD);
        });
        Kvkeep kvkeep = proxy(engine.port(), config(50, true));
        kvkeep.follow(new ConfigSource() {
            @Override
            public Optional<Path> file() {
                return Optional.empty();
            }

            @Override
            public Effective read() throws IOException {
                return ConfigReader.read(file(), Map.of(), Map.of());
            }
        });
        RawClient client = client(kvkeep);
        for (int talk = 0; talk < 8; talk++) {
            for (int day = 21; day < 23; day++) {
                client.post(CHAT, body(dated(day), user("hi " + talk)).getBytes(UTF_8))
                        .answer();
            }
        }
        client.post(CHAT, "nothing of that kind".getBytes(UTF_8)).answer();
        client.post("/v1/embeddings", "{\"model\":\"m\",\"input\":\"gull\"}".getBytes(UTF_8))
                .answer();
        return kvkeep;
    }

    @Test
    @Timeout(120)
    void thousandsOfAgentsModelsAndKeysLeaveAScrapeAsItWas() throws Exception {
        RawEngine engine = engine(call -> call.answer(200, TOLD));
        Kvkeep kvkeep = proxy(engine.port(), config(20, false));
        send(kvkeep, engine, 0, 300);
        long series = series(kvkeep);
        send(kvkeep, engine, 300, 3_000);
        eventually("all are counted", () -> metric(kvkeep, "kvkeep_requests_total") == 3_000);

        assertThat(series(kvkeep)).isLessThan(1_500).isCloseTo(series, within(40L));
        assertThat(kvkeep.scrape()).contains("model=\"other\"").doesNotContain("model=\"model-2999\"", "sk-", "agent-");
    }

    /** Sends on several connections at once: on one, each request waits for the answer to the one before. */
    private void send(Kvkeep kvkeep, RawEngine engine, int from, int to) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client(kvkeep));
        }
        for (int i = from; i < to; i += BATCH) {
            for (int one = i; one < i + BATCH; one++) {
                String body =
                        "{\"model\":\"model-" + one + "\",\"messages\":[" + dated(21) + "," + user("hi " + one) + "]}";
                clients.get(one % CLIENTS)
                        .post(
                                CHAT,
                                body.getBytes(UTF_8),
                                "User-Agent: agent-" + one + "/1.0",
                                "Authorization: Bearer sk-" + one);
            }
            for (int one = i; one < i + BATCH; one++) {
                clients.get(one % CLIENTS).answer();
                engine.next();
            }
        }
    }

    private static long series(Kvkeep kvkeep) {
        return kvkeep.scrape()
                .lines()
                .filter(line -> line.startsWith("kvkeep_"))
                .count();
    }

    private Config config(int holdoutPercent, boolean repeats) {
        Config usual = config(
                dataDir(),
                Mode.REWRITE,
                Policy.DEFAULT,
                LedgerOptions.defaults().inMemory(),
                LIMITS,
                false);
        return with(
                usual, new RepeatOptions(repeats, 1 << 20, Duration.ofMinutes(1)), usual.readAhead(), holdoutPercent);
    }

    /** What a series is: its type, and the names of its labels. */
    private record Series(String type, Set<String> labels) {}

    private static Map<String, Series> documented() throws IOException {
        Map<String, Series> documented = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "metrics.md"))) {
            String[] cells = line.split("\\|", 6);
            if (cells.length == 6 && cells[1].trim().matches("`[a-z_]+`")) {
                String name = cells[1].trim().replace("`", "");
                Set<String> labels = Pattern.compile("`(\\w+)`")
                        .matcher(cells[3])
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
                documented.put(name, new Series(cells[2].trim().split(",", 2)[0], labels));
            }
        }
        assertThat(documented).hasSizeGreaterThan(30);
        return documented;
    }

    /** The further samples of histograms and summaries count as theirs. */
    private static Map<String, Series> shown(Kvkeep kvkeep) {
        Map<String, String> types = new TreeMap<>();
        Map<String, Series> shown = new TreeMap<>();
        for (String line : (kvkeep.scrape() + readAheads()).lines().toList()) {
            String[] words = line.split(" ", -1);
            Matcher sample = SAMPLE.matcher(line);
            if (line.startsWith("# TYPE ")) {
                types.put(words[2], words[3]);
            } else if (sample.matches()) {
                String name = types.containsKey(sample.group(1)) && !isMaximum(sample.group(1), types)
                        ? sample.group(1)
                        : sample.group(1).replaceAll("_(bucket|sum|count|max)$", "");
                Set<String> labels = shown.containsKey(name) ? shown.get(name).labels() : new TreeSet<>();
                LABEL.matcher(sample.group(2) == null ? "" : sample.group(2))
                        .results()
                        .map(found -> found.group(1))
                        .filter(label -> !label.equals("le"))
                        .forEach(labels::add);
                shown.put(name, new Series(types.getOrDefault(name, "untyped"), labels));
            }
        }
        return shown;
    }

    /** Only an engine whose template strips reasoning is read ahead; its tests are elsewhere. */
    private static String readAheads() {
        Metrics metrics = new Metrics("1");
        metrics.readAhead("agent", "engine", "next-turn", "done");
        metrics.readAheadTokens("agent", "engine", "next-turn", "read", 1);
        metrics.readAheadSeconds("agent", "engine", "next-turn", "spent", 1);
        return metrics.scrape()
                .lines()
                .filter(line -> line.contains("kvkeep_read_ahead"))
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    private static boolean isMaximum(String name, Map<String, String> types) {
        return name.endsWith("_max") && types.containsKey(name.substring(0, name.length() - "_max".length()));
    }
}
