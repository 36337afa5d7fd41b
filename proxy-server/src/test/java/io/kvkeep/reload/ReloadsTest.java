package io.kvkeep.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.config.Config;
import io.kvkeep.config.ConfigReader;
import io.kvkeep.config.Effective;
import io.kvkeep.config.Mode;
import io.kvkeep.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the configuration is read anew, and what becomes of a wrong one. */
class ReloadsTest {
    @TempDir
    private Path dir = Path.of("unset");

    private final Metrics metrics = new Metrics("test");
    private final Place place = new Place();
    private final Going going = new Going();
    private long nowMillis = 1_000;
    private Reloads reloads = reloads();

    @BeforeEach
    void begin() throws IOException {
        place.file = dir.resolve("kvkeep.yaml");
        write("mode: rewrite\n");
        going.config = place.read().config();
        reloads.close();
        reloads = reloads();
    }

    private Reloads reloads() {
        return new Reloads(place, going, metrics.reloads(), () -> nowMillis);
    }

    @AfterEach
    void end() {
        reloads.close();
        metrics.close();
    }

    @Test
    void nothingIsReadWhileNoFileChanges() {
        looks(5);

        assertThat(going.applied).isEmpty();
        assertThat(reloads.status().result()).isEqualTo("started");
        assertThat(reloads.status().lastReloadMillis()).isNull();
    }

    @Test
    void aSignalWhileItStopsIsNoError() throws IOException {
        write("mode: observe\n");
        reloads.close();

        reloads.hangUp();

        assertThat(going.applied).isEmpty();
    }

    @Test
    void aChangedFileIsReadOnceItHasStoodStillForALook() throws IOException {
        write(""); // an editor has emptied it, and is about to write
        reloads.look();
        write("mode: observe\nmarks: off\n");
        reloads.look();
        assertThat(going.applied).isEmpty();
        nowMillis = 2_000;
        looks(3);

        assertThat(going.applied).hasSize(1);
        assertThat(going.config.mode()).isEqualTo(Mode.OBSERVE);
        assertThat(reloads.status().result()).isEqualTo("applied");
        assertThat(reloads.status().changed()).containsExactly("mode", "marks");
        assertThat(reloads.status().lastReloadMillis()).isEqualTo(2_000);
        assertThat(metrics.scrape())
                .contains("kvkeep_config_reloads_total{result=\"applied\"} 1.0")
                .contains("kvkeep_config_reloads_total{result=\"refused\"} 0.0")
                .contains("kvkeep_config_last_reload_successful 1.0")
                .contains("kvkeep_config_last_reload_success_timestamp_seconds 2.0");
    }

    @Test
    void aFileThatIsPutInThePlaceOfAnotherIsRead() throws IOException {
        Path next = dir.resolve("kvkeep.yaml.swp");
        Files.writeString(next, "mode: observe\n"); // as long as before, and maybe of the same moment
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(place.file));
        Files.move(next, place.file, StandardCopyOption.ATOMIC_MOVE);
        looks(2);

        assertThat(going.config.mode()).isEqualTo(Mode.OBSERVE);
    }

    @Test
    void aLinkThatPointsToAnotherDirectoryIsRead() throws IOException {
        Path mount = Files.createDirectories(dir.resolve("mount"));
        version(mount, "..1", "mode: rewrite\n");
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        place.file = Files.createSymbolicLink(mount.resolve("kvkeep.yaml"), Path.of("..data", "kvkeep.yaml"));
        reloads.close();
        reloads = reloads();

        version(mount, "..2", "mode: observe\n");
        Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
        Files.move(link, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        looks(2);

        assertThat(going.config.mode()).isEqualTo(Mode.OBSERVE);
    }

    private static void version(Path mount, String name, String yaml) throws IOException {
        Files.writeString(Files.createDirectories(mount.resolve(name)).resolve("kvkeep.yaml"), yaml);
    }

    @Test
    void aWrongFileChangesNothingAndIsToldWithLineValueAndWhatIsAllowed() throws IOException {
        write("listen: 127.0.0.1:1\nmode: everything\nmarks: maybe\n");
        nowMillis = 3_000;
        looks(2);

        assertThat(going.applied).isEmpty();
        assertThat(going.config.mode()).isEqualTo(Mode.REWRITE);
        assertThat(reloads.status().result()).isEqualTo("refused");
        assertThat(reloads.status().problems())
                .containsExactly(
                        place.file + ":2: mode is everything; off, observe or rewrite",
                        place.file + ":3: marks is maybe; auto or off");
        assertThat(reloads.status().lastReloadMillis()).isEqualTo(3_000);
        assertThat(reloads.status().lastAppliedMillis()).isEqualTo(1_000);
        assertThat(metrics.scrape())
                .contains("kvkeep_config_reloads_total{result=\"refused\"} 1.0")
                .contains("kvkeep_config_last_reload_successful 0.0")
                .contains("kvkeep_config_last_reload_success_timestamp_seconds 1.0");

        write("mode: observe\n");
        looks(2);
        assertThat(reloads.status().problems()).isEmpty();
        assertThat(going.config.mode()).isEqualTo(Mode.OBSERVE);
    }

    @Test
    void whatNeedsARestartStaysAndIsNamedWithTheRestApplied() throws IOException {
        write("listen: 127.0.0.1:7\ndata-dir: /elsewhere\nledger: memory\nevent-loops: 7\nlearn: off\n");
        looks(2);

        assertThat(reloads.status().needsRestart()).containsExactly("listen", "data-dir", "ledger", "event-loops");
        assertThat(reloads.status().changed()).containsExactly("learn");
        assertThat(going.config.listen().port()).isEqualTo(11_435);
        assertThat(going.config.ledger().onDisk()).isTrue();
        assertThat(going.config.ledger().learns()).isFalse();
    }

    @Test
    void aFileThatIsGoneChangesNothing() throws IOException {
        Files.delete(place.file);
        looks(3);

        assertThat(going.applied).isEmpty();
        assertThat(reloads.status().problems()).containsExactly("there is no configuration file " + place.file);
    }

    @Test
    void aTargetThatCantGoByItIsToldAndTheOldOneGoesOn() throws IOException {
        going.fails = true;
        write("mode: observe\n");
        looks(2);

        assertThat(reloads.status().result()).isEqualTo("refused");
        assertThat(reloads.status().problems()).containsExactly("mine.yaml:3: agent is missing");
        assertThat(going.config.mode()).isEqualTo(Mode.REWRITE);
    }

    @Test
    void aProfileThatChangesIsReasonEnough() throws IOException {
        Path profiles = Files.createDirectories(dir.resolve("profiles"));
        write("profiles: " + profiles + "\n");
        looks(2);
        assertThat(going.applied).hasSize(1);
        looks(2);
        assertThat(going.applied).hasSize(1);
        Files.writeString(profiles.resolve("mine.yaml"), "agent: mine\n");
        looks(2);

        assertThat(going.applied).hasSize(2);
        assertThat(reloads.status().changed()).isEmpty();
    }

    private void write(String yaml) throws IOException {
        Files.writeString(place.file, yaml);
    }

    private void looks(int times) {
        for (int i = 0; i < times; i++) {
            reloads.look();
        }
    }

    private static final class Place implements ConfigSource {
        private Path file = Path.of("unset");

        @Override
        public Optional<Path> file() {
            return Optional.of(file);
        }

        @Override
        public Effective read() throws IOException {
            return ConfigReader.read(file(), Map.of(), Map.of());
        }
    }

    private static final class Going implements Target {
        private final List<Config> applied = new ArrayList<>();
        private Config config = Config.defaults();
        private boolean fails;

        @Override
        public Config config() {
            return config;
        }

        @Override
        public void apply(Config next) throws IOException {
            if (fails) {
                throw new IOException("mine.yaml:3: agent is missing");
            }
            applied.add(next);
            config = next;
        }
    }
}
