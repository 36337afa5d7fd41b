package io.kvkeep.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusPageTest {
    @Test
    void partsAreShownInOrderAsTheyAreNow() throws Exception {
        int[] count = {1};
        StatusPage page = new StatusPage(List.of(
                new StatusPart("second", () -> Map.of("count", count[0]++)),
                new StatusPart("first", () -> List.of("a", true))));
        assertThat(page.json().replaceAll("\\s", "")).isEqualTo("{\"second\":{\"count\":1},\"first\":[\"a\",true]}");
        assertThat(new ObjectMapper().readTree(page.json()).at("/second/count").asInt())
                .isEqualTo(2);
    }

    @Test
    void aPartThatFailsLeavesTheOthers() throws Exception {
        StatusPage page = new StatusPage(List.of(
                new StatusPart("broken", () -> {
                    throw new IllegalStateException("on purpose");
                }),
                new StatusPart("whole", () -> Map.of("a", 1))));
        assertThat(page.json())
                .contains("\"broken\"", "see the log", "\"whole\"")
                .doesNotContain("on purpose");
    }
}
