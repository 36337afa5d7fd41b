package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.plan.Placement;
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
                event-loops: 3
                memory: {include: false}
                clock:
                  include: true
                limits:
                  rewrite-body-bytes: 1_000
                  head-bytes: 8192
                timeouts: {idle-seconds: 1, upload-seconds: 2, answer-seconds: 3, drain-seconds: 4}
                """);
        assertThat(config.engine()).contains("http://127.0.0.1:8080");
        assertThat(config.listen()).hasToString("0.0.0.0:1");
        assertThat(config.admin()).hasToString("127.0.0.1:2");
        assertThat(config.dataDir()).isEqualTo(Path.of("/var/lib/kvkeep"));
        assertThat(config.mode()).isEqualTo(Mode.OBSERVE);
        assertThat(config.policy().placement()).isEqualTo(Placement.END_OF_SYSTEM);
        assertThat(config.policy().leftOut()).containsExactly(Kind.MEMORY);
        assertThat(config.eventLoops()).isEqualTo(3);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode: fast|2|no mode fast; off, observe or rewrite",
                "placement: end|2|no placement end; first-user, end-of-system or off",
                "listen: '11435'|2|listen: '11435' is no HOST:PORT; give one like 127.0.0.1:11435",
                "event-loops: 0|2|event-loops is 0; a whole number from 1 to 64",
                "event-loops: two|2|event-loops is two; a whole number from 1 to 64",
                "limits: {head-bytes: 100}|2|head-bytes is 100; a whole number from 8192 to 16777216",
                "timeouts: {idle-seconds: 1.5}|2|idle-seconds is 1.5; a whole number from 1 to 86400",
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
