package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.section.Kind;
import io.kvkeep.yaml.YamlNotValid;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

    @Test
    void everythingCanBeSet() throws Exception {
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
    void whatIsNotSetStaysAsItWas(String yaml) throws Exception {
        assertThat(read(yaml)).isEqualTo(Config.defaults());
    }

    @Test
    void theUsualValuesCanBeNamedToo() throws Exception {
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
    void repeatsAreOffAndHaveBoundsOfTheirOwn() throws Exception {
        assertThat(Config.defaults().repeats().on()).isFalse();
        RepeatOptions on = read("repeats: {keep: on}").repeats();
        assertThat(on.on()).isTrue();
        assertThat(on.maxBytes()).isBetween(1L << 20, 64L << 20);
        assertThat(on.keptFor()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void theLedgerMayTakeMoreBytesThanAnIntegerHolds() throws Exception {
        assertThat(read("ledger-bytes: 1_099_511_627_776").ledger().maxBytes()).isEqualTo(1L << 40);
        assertThat(Config.defaults().ledger().maxBytes()).isBetween(1L << 20, 256L << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "deliver: later|2|deliver is later; next-user or now",
                "stable-changes: pin|2|stable-changes is pin; note or send",
                "ledger: off|2|ledger is off; disk or memory",
                "ledger-bytes: 1048575|2|ledger-bytes is 1048575; a whole number from 1048576 to 1099511627776",
                "ledger-bytes: 256m|2|ledger-bytes is 256m; a whole number from 1048576 to 1099511627776",
                "marks: on|2|marks is on; auto or off",
                "learn: apply|2|learn is apply; auto or off",
                "show-text: yes|2|show-text is yes; false or true",
                "mode: fast|2|no mode fast; off, observe or rewrite",
                "placement: end|2|no placement end; auto, first-user, end-of-system or off",
                "listen: '11435'|2|listen: '11435' is no HOST:PORT; give one like 127.0.0.1:11435",
                "event-loops: 0|2|event-loops is 0; a whole number from 1 to 64",
                "event-loops: two|2|event-loops is two; a whole number from 1 to 64",
                "limits: {head-bytes: 100}|2|head-bytes is 100; a whole number from 8192 to 16777216",
                "timeouts: {idle-seconds: 1.5}|2|idle-seconds is 1.5; a whole number from 1 to 86400",
                "repeats: {keep: yes}|2|keep is yes; off or on",
                "repeats: {bytes: 1048575}|2|bytes is 1048575; a whole number from 1048576 to 1099511627776",
                "repeats: {seconds: 0}|2|seconds is 0; a whole number from 1 to 86400",
                "repeats: on|2|repeats is no mapping (key: value)",
                "memory: {include: no}|2|include is no; true or false"
            })
    void anErrorNamesFileLineValueAndWhatIsAllowed(String line, int number, String problem) {
        assertThatThrownBy(() -> read("engine: http://h:1\n" + line + "\n"))
                .isInstanceOf(YamlNotValid.class)
                .hasMessage("kvkeep.yaml:" + number + ": " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lsten: x|no key lsten here; one of engine, listen, admin, data-dir, mode,",
                "limits: {body: 1}|no key body here; one of rewrite-body-bytes, head-bytes",
                "repeats: {size: 1}|no key size here; one of keep, bytes, seconds",
                "memory: {exclude: true}|no key exclude here; one of include"
            })
    void anUnknownKeyIsNamedWithTheKnownOnes(String line, String problem) {
        assertThatThrownBy(() -> read("mode: off\n\n" + line + "\n"))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageStartingWith("kvkeep.yaml:3: " + problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"- a\n- b\n", "mode", "mode: [off", "mode: off\nmode: observe\n", "mode: off\n\tx: 1\n"})
    void whatIsNoMappingIsAnErrorWithAPlace(String yaml) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(YamlNotValid.class)
                .hasMessageMatching("(?s)kvkeep\\.yaml:\\d+: .+");
    }

    private static Config read(String yaml) throws YamlNotValid {
        return ConfigReader.read("kvkeep.yaml", yaml, Config.defaults());
    }
}
