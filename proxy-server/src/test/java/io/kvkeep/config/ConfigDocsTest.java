package io.kvkeep.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page on the configuration lists what the reader reads. */
class ConfigDocsTest {
    @Test
    void eachKeyIsListedWithItsVariable() throws IOException {
        Path page = Path.of("..", "docs", "configuration.md");
        String rows = String.join(
                "\n",
                Files.readAllLines(page).stream()
                        .filter(line -> line.startsWith("| `"))
                        .toList());

        for (Setting<?> setting : Settings.ALL) {
            assertThat(rows).contains("`" + setting.key() + "`", "`" + setting.variable() + "`");
            if (setting.form() instanceof Form.Choice<?> choice) {
                choice.words()
                        .keySet()
                        .forEach(word -> assertThat(row(rows, setting.key())).contains("`" + word + "`"));
            }
        }
        assertThat(rows).contains("| `KVKEEP_CONFIG` |");
    }

    private static String row(String rows, String key) {
        return rows.lines()
                .filter(line -> line.startsWith("| `" + key + "` |"))
                .findFirst()
                .orElseThrow();
    }
}
