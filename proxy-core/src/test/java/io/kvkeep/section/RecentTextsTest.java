package io.kvkeep.section;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.lane.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecentTextsTest {
    private static final Cutter CUTTER =
            BuiltIn.profiles().recognise(name -> "", List.of(""), "").cutter();

    @Test
    void aTextIsReadAsIfItHadNeverComeWhereverItStands() throws NotJson {
        RecentTexts recent = new RecentTexts();
        Random random = new Random(4);
        List<String> texts = new ArrayList<>();
        int again = 0;
        for (int i = 0; i < 3_000; i++) {
            boolean old = !texts.isEmpty() && random.nextBoolean();
            if (!old) {
                texts.add(text(random));
            }
            String text = texts.get(old ? Math.max(0, texts.size() - 1 - random.nextInt(5)) : texts.size() - 1);
            JsonString place = place(text, random.nextInt(50));
            RecentTexts.Read read = read(recent, random.nextInt(2), place);

            SystemText now = read.cut(CUTTER);
            SystemText fresh = SystemText.of(place.decode(), CUTTER.cut(place.text()));
            assertThat(now.decoded().source()).isSameAs(place);
            assertThat(now.cut()).isEqualTo(fresh.cut());
            assertThat(now.rangesWithout(piece -> true)).isEqualTo(fresh.rangesWithout(piece -> true));
            again += old ? 1 : 0;
        }
        assertThat(again).isGreaterThan(1_000);
    }

    @Test
    void aTextThatComesAgainIsDecodedOnceForEachTenantAndCutOnceForEachCutter() throws NotJson {
        RecentTexts recent = new RecentTexts();
        String text = "Be brief.\\n\\nCurrent time: 10:15";
        RecentTexts.Read first = read(recent, 1, place(text, 3));
        RecentTexts.Read second = read(recent, 1, place(text, 8));

        assertThat(second.decoded().text()).isSameAs(first.decoded().text());
        assertThat(second.cut(CUTTER).cut()).isSameAs(first.cut(CUTTER).cut());
        assertThat(second.cut(new Cutter(List.of())).cut().sections()).hasSize(1);
        assertThat(read(recent, 2, place(text, 3)).decoded().text())
                .isNotSameAs(first.decoded().text())
                .isEqualTo(first.decoded().text());
    }

    private static RecentTexts.Read read(RecentTexts recent, long tenant, JsonString place) throws NotJson {
        return recent.read(tenant, place, Digest.of(place.json(), place.range()));
    }

    private static JsonString place(String text, int before) {
        byte[] json = ("x".repeat(before) + '"' + text + '"').getBytes(UTF_8);
        return new JsonString(json, before + 1, json.length - 1);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int lines = random.nextInt(40);
        for (int i = 0; i < lines; i++) {
            text.append(random.nextInt(8) == 0 ? "Current time: 10:15" : "rule é😀 \\u00e9 " + random.nextInt(100))
                    .append("\\n".repeat(1 + random.nextInt(2)));
        }
        return text.toString();
    }
}
