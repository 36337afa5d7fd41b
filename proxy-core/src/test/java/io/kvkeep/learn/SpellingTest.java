package io.kvkeep.learn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SpellingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21",
                "2026/11/21",
                "11/21/2026",
                "21.11.2026",
                "21. 11. 2026",
                "21-11-2026",
                "21-Nov-2026",
                "2026年11月21日",
                "November 21, 2026",
                "November 21st, 2026",
                "Nov 21 2026",
                "Nov. 21, 2026",
                "21 November 2026",
                "21st November, 2026",
                "November 2026",
                "Friday, November 20, 2026",
                "Sat Nov 21 2026",
                "Sat Nov 21 14:02:33 UTC 2026",
                "Sat, 21 Nov 2026 14:02:33 GMT",
                "Sat Nov 21 2026 14:02:33 GMT+0100 (Central European Standard Time)",
                "Saturday, November 21st, 2026 — 06:31 (Europe/Berlin)",
                "Tuesday, June 9, 2026, 03:04:20 PM +03:00",
                "2026-11-21T14:02:33Z",
                "2026-11-21T14:02:33.714237",
                "2026-11-21T14:02:33.123+01:00",
                "2026-11-21 14:02:33 UTC",
                "2026-11-21 06:31:47 +01:00 (Saturday)",
                "2026-09-19 10:31:07 AM UTC+0000",
                "2026-11-21 at 14:02 CET",
                "20261121",
                "20261121_140233",
                "20261121T140233Z",
                "14:02",
                "14:02:33",
                "2:02 PM",
                "2:02 p.m.",
                "2 PM",
                "14:02 America/Argentina/Salta",
                "1795270953",
                "1795270953123"
            })
    void aDateOrTimeIsOneValueFromEndToEnd(String value) {
        assertThat(Spelling.CLOCK.spans("Tide: " + value)).containsExactly(6, 6 + value.length());
        assertThat(Spelling.CLOCK.spans("<t>" + value + "</t>")).containsExactly(3, 3 + value.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen3.5:35b",
                "Model: qwen3.5:35b",
                "skill_view_hermes_agent",
                "v3.12",
                "never push to main",
                "model-2026-11-21",
                "127.0.0.1:11434",
                "localhost:8080",
                "a2026-11-21",
                "2026-11-21b",
                "2026-11-211",
                "1.2026.11",
                "Marvellous 3",
                "Monitor 4",
                "12:345",
                "section 3:14b"
            })
    void identifiersVersionsAndAddressesHoldNoClock(String text) {
        assertThat(Spelling.CLOCK.spans(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "41", "1,085", "1,085/2,200", "3 of 10", "49%", "49 %", "12k", "512MB", "3 / 4"})
    void aWholeNumberIsOneValueFromEndToEnd(String value) {
        assertThat(Spelling.COUNT.spans("Tide: " + value)).containsExactly(6, 6 + value.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"v3", "3.12", "v3.12.4", "qwen3", "35b", "a-3", "#41", "3:4", "1,08", "utf8", "-5"})
    void versionsAndPartsOfNamesAreNoCount(String text) {
        assertThat(Spelling.COUNT.spans(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7c2e9f1",
                "3f2a1b7c-0a1b-4c2d-8e3f-001122334455",
                "ses_4kq9zt2m1xw8",
                "20261121_053147_a1b2c3",
                "K7QZ2M4XW9PL"
            })
    void aTokenWithoutMeaningIsAnId(String value) {
        assertThat(Spelling.ID.spans("Tide: " + value)).containsExactly(6, 6 + value.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"decade", "harbour", "v3.12", "facade", "35b"})
    void wordsAreNoId(String word) {
        assertThat(Spelling.ID.spans(word)).isEmpty();
    }
}
