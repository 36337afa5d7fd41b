package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.kvkeep.config.Effective.Problem;
import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.section.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

    @Test
    void everythingCanBeSet() {
        Config config = read("""
                engine: http://127.0.0.1:8080
                listen: 0.0.0.0:1
                admin: 127.0.0.1:2
                data-dir: /var/lib/kvkeep
                mode: observe
                placement: end-of-system
                deliver: next-user
                stable-changes: note
                ledger: memory
                ledger-bytes: 1_048_576
                marks: off
                learn: off
                show-text: true
                event-loops: 3
                profiles: /etc/kvkeep/profiles
                memory: {include: false}
                clock:
                  include: true
                limits:
                  rewrite-body-bytes: 1_000
                  head-bytes: 8192
                timeouts: {idle-seconds: 1, upload-seconds: 2, answer-seconds: 3, drain-seconds: 4}
                repeats: {keep: on, bytes: 1_048_577, seconds: 5}
                """);
        assertThat(config.engine()).contains("http://127.0.0.1:8080");
        assertThat(config.listen()).hasToString("0.0.0.0:1");
        assertThat(config.admin()).hasToString("127.0.0.1:2");
        assertThat(config.dataDir()).isEqualTo(Path.of("/var/lib/kvkeep"));
        assertThat(config.mode()).isEqualTo(Mode.OBSERVE);
        assertThat(config.policy().placement()).isEqualTo(Placement.END_OF_SYSTEM);
        assertThat(config.policy().leftOut()).containsExactly(Kind.MEMORY);
        assertThat(config.policy().deliver()).isEqualTo(Deliver.NEXT_USER);
        assertThat(config.policy().stableChanges()).isEqualTo(StableChanges.NOTE);
        assertThat(config.ledger()).isEqualTo(new LedgerOptions(false, 1 << 20, false, false));
        assertThat(config.repeats()).isEqualTo(new RepeatOptions(true, 1_048_577, Duration.ofSeconds(5)));
        assertThat(config.showsText()).isTrue();
        assertThat(config.eventLoops()).isEqualTo(3);
        assertThat(config.profileFiles()).contains(Path.of("/etc/kvkeep/profiles"));
        assertThat(config.limits())
                .isEqualTo(new Limits(
                        1_000,
                        8_192,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing is set\n", "{}"})
    void whatIsNotSetStaysAsItWas(String yaml) {
        assertThat(read(yaml)).isEqualTo(Config.defaults());
    }

    @Test
    void theUsualValuesCanBeNamedToo() {
        Config config = read("""
                deliver: now
                stable-changes: send
                ledger: disk
                marks: auto
                learn: auto
                show-text: false
                repeats: {keep: off}
                """);
        assertThat(config).isEqualTo(Config.defaults());
        assertThat(config.policy().deliver()).isEqualTo(Deliver.NOW);
        assertThat(config.policy().stableChanges()).isEqualTo(StableChanges.SEND);
        assertThat(config.ledger().onDisk()).isTrue();
        assertThat(config.ledger().marks()).isTrue();
        assertThat(config.ledger().learns()).isTrue();
        assertThat(config.showsText()).isFalse();
    }

    @Test
    void theAdminPortAndWhatItShowsMayStandTogether() {
        Config config = read("admin: {listen: '127.0.0.1:9', show-text: true}");
        assertThat(config.admin()).isEqualTo(new ListenAddress("127.0.0.1", 9));
        assertThat(config.showsText()).isTrue();

        Config shows = read("admin: {show-text: true}");
        assertThat(shows.admin()).isEqualTo(Config.defaults().admin());
        assertThat(shows.showsText()).isTrue();
        assertThat(read("admin: 127.0.0.1:9").admin().port()).isEqualTo(9);
    }

    @Test
    void repeatsAreOffAndHaveBoundsOfTheirOwn() {
        assertThat(Config.defaults().repeats().on()).isFalse();
        RepeatOptions on = read("repeats: {keep: on}").repeats();
        assertThat(on.on()).isTrue();
        assertThat(on.maxBytes()).isBetween(1L << 20, 64L << 20);
        assertThat(on.keptFor()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void theLedgerMayTakeMoreBytesThanAnIntegerHolds() {
        assertThat(read("ledger-bytes: 1_099_511_627_776").ledger().maxBytes()).isEqualTo(1L << 40);
        assertThat(Config.defaults().ledger().maxBytes()).isBetween(1L << 20, 256L << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deliver: later|2|deliver is later; now or next-user",
                "stable-changes: pin|2|stable-changes is pin; send or note",
                "ledger: off|2|ledger is off; disk or memory",
                "ledger-bytes: 1048575|2|ledger-bytes is 1048575; a whole number from 1048576 to 1099511627776",
                "ledger-bytes: 256m|2|ledger-bytes is 256m; a whole number from 1048576 to 1099511627776",
                "marks: on|2|marks is on; auto or off",
                "learn: apply|2|learn is apply; auto or off",
                "show-text: yes|2|show-text is yes; true or false",
                "admin: {show-text: yes}|2|show-text is yes; true or false",
                "admin: {listen: 9}|2|admin is 9; HOST:PORT, such as 127.0.0.1:11435",
                "admin: {address: 9}|2|no key address here; one of listen, show-text",
                "mode: fast|2|mode is fast; off, observe or rewrite",
                "placement: end|2|placement is end; auto, first-user, end-of-system or off",
                "listen: 11435|2|listen is 11435; HOST:PORT, such as 127.0.0.1:11435",
                "event-loops: 0|2|event-loops is 0; a whole number from 1 to 64",
                "event-loops: two|2|event-loops is two; a whole number from 1 to 64",
                "limits: {head-bytes: 100}|2|limits.head-bytes is 100; a whole number from 8192 to 16777216",
                "timeouts: {idle-seconds: 1.5}|2|timeouts.idle-seconds is 1.5; a whole number from 1 to 86400",
                "repeats: {keep: yes}|2|repeats.keep is yes; on or off",
                "repeats: {bytes: 1048575}|2|repeats.bytes is 1048575; a whole number from 1048576 to 1099511627776",
                "repeats: {seconds: 0}|2|repeats.seconds is 0; a whole number from 1 to 86400",
                "repeats: on|2|repeats is no mapping; such as repeats: {keep: off}, with keep, bytes, seconds",
                "memory: {include: no}|2|memory.include is no; true or false"
            })
    void anErrorNamesFileLineValueAndWhatIsAllowed(String line, int number, String problem) {
        assertThat(problems("engine: http://h:1\n" + line + "\n"))
                .containsExactly("kvkeep.yaml:" + number + ": " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lsten: x|no key lsten here; did you mean listen? All keys: engine, listen, admin, data-dir, mode,",
                "port: x|no key port here; one of engine, listen, admin, data-dir, mode,",
                "head-bytes: 9000|no key head-bytes here; did you mean limits: {head-bytes: ...}? All keys: engine,",
                "repeats.keep: on|no key repeats.keep here; did you mean repeats: {keep: ...}? All keys: engine,",
                "include: false|no key include here; one of engine,",
                "limits: {body: 1}|no key body here; one of rewrite-body-bytes, head-bytes",
                "repeats: {size: 1}|no key size here; one of keep, bytes, seconds",
                "memory: {exclude: true}|no key exclude here; one of include"
            })
    void anUnknownKeyIsNamedWithTheKnownOnes(String line, String problem) {
        assertThat(problems("mode: off\n\n" + line + "\n"))
                .singleElement(STRING)
                .startsWith("kvkeep.yaml:3: " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "mode", "mode: [off", "mode: off\nmode: observe\n", "mode: off\n\tx: 1\n"})
    void whatIsNoMappingIsAnErrorWithAPlace(String yaml) {
        assertThat(problems(yaml)).singleElement(STRING).matches("(?s)kvkeep\\.yaml:\\d+: .+");
    }

    @Test
    void everyProblemIsNamedInTheOrderOfPlaces() {
        Effective effective = ConfigReader.read(
                "kvkeep.yaml",
                "mode: fast\nlimits:\n  head-bytes: 1\n  body: 2\nlsten: x\nledger: [disk]\nmarks: off\n",
                Map.of("KVKEEP_LEARN", "maybe", "KVKEEP_LISTEN", "here"),
                Map.of("event-loops", "65"));

        assertThat(effective.problems().stream().map(Problem::toString))
                .satisfiesExactly(
                        problem -> assertThat(problem).startsWith("kvkeep.yaml:1: mode is fast; "),
                        problem -> assertThat(problem).startsWith("kvkeep.yaml:3: limits.head-bytes is 1; "),
                        problem -> assertThat(problem).startsWith("kvkeep.yaml:4: no key body here; "),
                        problem -> assertThat(problem).startsWith("kvkeep.yaml:5: no key lsten here; "),
                        problem -> assertThat(problem).isEqualTo("kvkeep.yaml:6: ledger is no text"),
                        problem -> assertThat(problem)
                                .isEqualTo("KVKEEP_LISTEN: listen is here; HOST:PORT, such as 127.0.0.1:11435"),
                        problem -> assertThat(problem).isEqualTo("KVKEEP_LEARN: learn is maybe; auto or off"),
                        problem -> assertThat(problem)
                                .isEqualTo("--event-loops: event-loops is 65; a whole number from 1 to 64"));
        assertThat(effective.config().ledger().marks()).isFalse();
        assertThat(effective.config().mode()).isEqualTo(Mode.REWRITE);
    }

    @Test
    void variablesWinOverTheFileAndFlagsOverBoth() {
        String yaml = "mode: off\nplacement: off\nmarks: off\nmemory: {include: false}\n";
        Effective effective = ConfigReader.read(
                "kvkeep.yaml",
                yaml,
                Map.of(
                        "KVKEEP_MODE", "observe",
                        "KVKEEP_PLACEMENT", "end-of-system",
                        "KVKEEP_MEMORY_INCLUDE", "true",
                        "KVKEEP_MARKS", ""),
                Map.of("mode", "rewrite"));

        assertThat(effective.problems()).isEmpty();
        assertThat(effective.config().mode()).isEqualTo(Mode.REWRITE);
        assertThat(effective.config().policy().placement()).isEqualTo(Placement.END_OF_SYSTEM);
        assertThat(effective.config().policy().leftOut()).isEmpty();
        assertThat(effective.config().ledger().marks()).isFalse();
        assertThat(effective.origins())
                .isEqualTo(Map.of(
                        "mode", new Origin.Flag("--mode"),
                        "placement", new Origin.Variable("KVKEEP_PLACEMENT"),
                        "memory.include", new Origin.Variable("KVKEEP_MEMORY_INCLUDE"),
                        "marks", new Origin.InFile("kvkeep.yaml", 3)));
    }

    @Test
    void eachKeyCanBeSetByAVariableOfItsOwn() {
        Map<String, String> environment = new HashMap<>();
        for (Setting<?> setting : Settings.ALL) {
            environment.put(setting.variable(), sample(setting));
        }
        Effective effective = ConfigReader.read("", "", environment, Map.of());

        assertThat(environment).hasSameSizeAs(Settings.ALL).containsKey("KVKEEP_LIMITS_REWRITE_BODY_BYTES");
        assertThat(effective.problems()).isEmpty();
        assertThat(effective.origins()).hasSameSizeAs(Settings.ALL);
        for (Setting<?> setting : Settings.ALL) {
            assertThat(setting.plain(effective.config()).map(Object::toString))
                    .as(setting.key())
                    .contains(sample(setting));
        }
    }

    /** Returns a value that no setting has by itself. */
    private static String sample(Setting<?> setting) {
        if (setting.form() instanceof Form.Choice<?> choice) {
            String usual = setting.plain(Config.defaults()).orElseThrow().toString();
            return choice.words().keySet().stream()
                    .filter(word -> !word.equals(usual) && !word.equals("auto"))
                    .findFirst()
                    .orElse("auto");
        } else if (setting.form() instanceof Form.Truth) {
            return String.valueOf(setting.plain(Config.defaults()).equals(Optional.of(false)));
        } else if (setting.form() instanceof Form.Whole number) {
            return String.valueOf(number.most());
        } else if (setting.form() instanceof Form.Seconds) {
            return "77";
        } else if (setting.form() instanceof Form.Share) {
            return "7%";
        } else if (setting.form() instanceof Form.Directory) {
            return "/srv/gull";
        }
        return setting.form() instanceof Form.Listen ? "[::1]:1" : "http://gull:1";
    }

    @Test
    void theEffectiveConfigurationIsAFileThatSaysTheSame() {
        Config config = read("""
                data-dir: "/srv/a: b # c \\"d\\""
                engine: http://10.0.0.1:8000/llm/v1
                listen: '[::1]:5'
                marks: off
                ledger-bytes: 2_000_000
                show-text: true
                clock: {include: false}
                timeouts: {drain-seconds: 9}
                """);
        String yaml =
                new Effective(config, Map.of("marks", new Origin.InFile("a.yaml", 4)), List.of(), List.of()).yaml();

        assertThat(yaml)
                .contains("engine: http://10.0.0.1:8000/llm # default\n")
                .contains("data-dir: \"/srv/a: b # c \\\"d\\\"\" # default\n")
                .contains("marks: off # a.yaml:4\n")
                .contains("# profiles is not set # default\n")
                .contains("timeouts:\n  idle-seconds: 300 # default\n");
        assertThat(ConfigReader.read("b.yaml", yaml.replace("8000/llm", "8000/llm/v1"), Map.of(), Map.of())
                        .config())
                .isEqualTo(config);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://tern:s3cret@h:1", "http://h:1?key=s3cret", "tern:s3cret@h:1"})
    void whatMayHoldACredentialIsNotRepeated(String url) {
        Effective effective = ConfigReader.read("kvkeep.yaml", "engine: " + url, Map.of(), Map.of());

        assertThat(effective.problems())
                .singleElement()
                .asString()
                .startsWith("kvkeep.yaml:1: engine is a text with @ or ?; an http or https URL without user name")
                .doesNotContain("s3cret");
        assertThat(effective.config().engine()).isEmpty();
        assertThat(effective.yaml()).doesNotContain("s3cret");
    }

    @Test
    void variablesThatSetNothingAreNamed() {
        Effective effective = ConfigReader.read(
                "",
                "",
                Map.of("KVKEEP_PORT", "tcp://10.0.0.9:80", "KVKEEP_LSTEN", "x", "KVKEEP_LOG", "warn", "KVK", "y"),
                Map.of());

        assertThat(effective.problems()).isEmpty();
        assertThat(effective.unread()).containsExactly("KVKEEP_LSTEN", "KVKEEP_PORT");
        assertThat(Effective.meant("KVKEEP_LSTEN")).hasValue("KVKEEP_LISTEN");
        assertThat(Effective.meant("KVKEEP_READ_AHEAD_ENABLE")).hasValue("KVKEEP_READ_AHEAD_ENABLED");
        assertThat(Effective.meant("KVKEEP_PORT")).isEmpty();
        assertThat(Effective.meant("KVKEEP_")).isEmpty();
    }

    @Test
    void theFileIsNamedByAVariableToo() {
        assertThat(ConfigReader.usualFile(Map.of("KVKEEP_CONFIG", "/etc/kvkeep.yaml")))
                .contains(Path.of("/etc/kvkeep.yaml"));
        assertThat(ConfigReader.usualFile(Map.of("KVKEEP_CONFIG", ""))).isEmpty();
        assertThat(ConfigReader.usualFile(Map.of())).isEmpty();
    }

    private static Config read(String yaml) {
        assertThat(problems(yaml)).isEmpty();
        return ConfigReader.read("kvkeep.yaml", yaml, Map.of(), Map.of()).config();
    }

    private static List<String> problems(String yaml) {
        return ConfigReader.read("kvkeep.yaml", yaml, Map.of(), Map.of()).problems().stream()
                .map(Problem::toString)
                .toList();
    }
}
