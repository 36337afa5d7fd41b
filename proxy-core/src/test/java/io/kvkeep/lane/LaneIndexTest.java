package io.kvkeep.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LaneIndexTest {
    private static final Digest LINK = new Digest(1, 1);
    private static final Digest OTHER = new Digest(1, 2);

    private final LaneIndex index = new LaneIndex();

    @Test
    void aLinkLeadsToAllItsLanes() {
        index.add(1, links(LINK, OTHER), 0);
        index.add(2, links(LINK), 0);

        assertThat(index.get(LINK)).containsExactlyInAnyOrder(1, 2);
        assertThat(index.get(OTHER)).containsExactly(1);
        assertThat(index.get(new Digest(2, 1))).isEmpty();
    }

    @Test
    void aLaneThatComesAgainIsThereOnce() {
        index.add(1, links(LINK), 0);
        index.add(1, links(LINK, LINK), 0);

        assertThat(index.get(LINK)).containsExactly(1);
    }

    @Test
    void aLaneThatGoesLeavesTheOthers() {
        index.add(1, links(LINK, OTHER), 0);
        index.add(2, links(LINK), 0);
        index.remove(1, links(LINK), 0);

        assertThat(index.get(LINK)).containsExactly(2);
        assertThat(index.get(OTHER)).containsExactly(1);
        index.remove(3, links(LINK, OTHER), 0);
        assertThat(index.get(LINK)).containsExactly(2);
    }

    @Test
    void whateverIsAddedAndRemovedTheRestIsThere() {
        Random random = new Random(3);
        Map<Digest, Set<Long>> wanted = new HashMap<>();
        for (int i = 0; i < 5_000; i++) {
            Digest link = new Digest(0, random.nextInt(50));
            long id = 1L + random.nextInt(20);
            Set<Long> ids = wanted.computeIfAbsent(link, missing -> new TreeSet<>());
            if (random.nextBoolean()) {
                ids.add(id);
                index.add(id, links(link), 0);
            } else {
                ids.remove(id);
                index.remove(id, links(link), 0);
            }
        }
        wanted.forEach((link, ids) -> assertThat(index.get(link))
                .containsExactlyInAnyOrder(
                        ids.stream().mapToLong(Long::longValue).toArray()));
    }

    @Test
    void linksAreFoundAndLostAloneHoweverManyThereAre() {
        Random random = new Random(8);
        List<Digest> links = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            links.add(new Digest(random.nextLong(), random.nextLong()));
            index.add(1 + i, links(links.get(i)), 0);
        }
        Collections.shuffle(links.subList(0, 20_000), random);
        for (int i = 0; i < 20_000; i++) {
            long[] ids = index.get(links.get(i));
            assertThat(ids).hasSize(1);
            index.remove(ids[0], links(links.get(i)), 0);
            assertThat(index.get(links.get(i))).isEmpty();
        }
        for (int i = 20_000; i < 30_000; i++) {
            assertThat(index.get(links.get(i))).containsExactly(1 + i);
        }
    }

    @Test
    void ofAPopularLinkTheNewestLanesAreKeptAndOfAChainTheLinksFromOnePlaceOn() {
        for (int id = 1; id <= 100; id++) {
            index.add(id, links(OTHER, LINK), 1);
        }
        assertThat(index.get(OTHER)).isEmpty();
        assertThat(index.get(LINK))
                .containsExactly(LongStream.rangeClosed(37, 100).toArray());
        for (int id = 1; id <= 99; id++) {
            index.remove(id, links(OTHER, LINK), 1);
        }
        assertThat(index.get(LINK)).containsExactly(100);
        index.remove(100, links(OTHER, LINK), 2);
        assertThat(index.get(LINK)).containsExactly(100);
    }

    private static Links links(Digest... links) {
        return Links.copyOf(List.of(links));
    }
}
