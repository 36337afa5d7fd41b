package io.kvkeep.learn;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.learn.Comparison.Change;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Section;
import io.kvkeep.section.SectionRule;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What has been learned from the system texts of one agent: which places change, how often, and at what cost.
 *
 * <p>Immutable; each text gives the next state. A text is compared, line by line, with the most similar of the last
 * four, so that modes, projects and sub-agents of one agent don't count as changes of each other: with less than half
 * of the lines in common there is nothing to learn. Two rules keep a volatile span apart from an edit of the rules: a
 * clock or counter is learned from one change, but only when its line is nothing but a label and the value; anything
 * else takes three changes at one place, and is only offered.
 *
 * <p>Longer than most classes: matching changes to places needs them all.
 */
public final class Learner {
    /** The state before the first text. */
    public static final Learner EMPTY = new Learner(List.of(), List.of(), List.of(), 0);

    /** What the names of learned rules start with. */
    static final String NAME_PREFIX = "learned-";

    private static final int MAX_TEXTS = 4;
    private static final int MAX_PLACES = 64;
    private static final int MIN_PERCENT = 50;
    /** From here on a text is taken for the next one of its kind, and replaces it. */
    private static final int SUCCESSOR_PERCENT = 90;

    private static final int MAX_CHARS = 1 << 19;

    /** The newest first. */
    private final List<Lines> texts;
    /** Of each text. */
    private final List<FirstWords> beginnings;
    /** In the order in which they first changed. */
    private final List<Candidate> places;

    private final int systemTexts;
    private final List<SectionRule> rules;

    private Learner(List<Lines> texts, List<FirstWords> beginnings, List<Candidate> places, int systemTexts) {
        this.texts = List.copyOf(texts);
        this.beginnings = List.copyOf(beginnings);
        this.systemTexts = systemTexts;
        this.places = List.copyOf(places);
        this.rules =
                places.stream().flatMap(place -> place.learnedRule().stream()).toList();
    }

    /** Returns what was found so far, in the order of the first changes: learned rules and those to offer. */
    public List<Finding> findings() {
        return places.stream()
                .filter(Candidate::isFound)
                .map(Candidate::finding)
                .toList();
    }

    /** Returns the rules for clocks and counters that hold by themselves; new ones come last. */
    public List<SectionRule> learnedRules() {
        return rules;
    }

    /** Returns how many system texts were learned from; one that equals one of the last four does not count. */
    public int systemTexts() {
        return systemTexts;
    }

    /** Returns how the last texts begin, the newest first; similar ones have one beginning. */
    public List<FirstWords> firstWords() {
        return beginnings.stream()
                .filter(words -> !words.words().isEmpty())
                .filter(words -> beginnings.stream().noneMatch(other -> isShorter(other.words(), words.words())))
                .distinct()
                .toList();
    }

    private static boolean isShorter(String one, String other) {
        return !one.isEmpty() && one.length() < other.length() && other.startsWith(one);
    }

    /** Returns about how many bytes of memory this takes. */
    public int bytes() {
        int bytes = 1024 * places.size();
        for (Lines lines : texts) {
            bytes += 2 * lines.text().length() + 12 * lines.count();
        }
        return bytes;
    }

    /**
     * Learns from the system texts of one request.
     *
     * @param cuts its system texts, cut by the profile's rules with or without the learned ones; what a learned rule
     *     has cut counts as if it were still there
     */
    public Learner observe(List<Cut> cuts) {
        List<String> left = new ArrayList<>(cuts.size());
        List<String> whole = new ArrayList<>(cuts.size());
        for (Cut cut : cuts) {
            left.add(remaining(cut));
            whole.add(cut.text());
        }
        return observe(left.size() == 1 ? left.get(0) : String.join("\n\n", left), whole);
    }

    /** Learns from a stable text; one that is among the last texts, blank, or longer than 512 Ki changes nothing. */
    public Learner observe(String text) {
        return observe(text, List.of(text));
    }

    private Learner observe(String text, List<String> whole) {
        for (Lines lines : texts) {
            if (lines.text().equals(text)) {
                return this;
            }
        }
        if (text.isBlank() || text.length() > MAX_CHARS) {
            return this;
        }
        Lines now = new Lines(text);
        Lines closest = null;
        int percent = -1;
        for (Lines lines : texts) {
            int same = now.percentIn(lines);
            closest = same > percent ? lines : closest;
            percent = Math.max(percent, same);
        }
        List<Candidate> next = count(now);
        FirstWords words = FirstWords.of(text, whole);
        if (closest != null && percent >= MIN_PERCENT) {
            learn(next, closest, now);
            words = words.common(beginnings.get(texts.indexOf(closest)));
        }
        return remember(now, words, percent >= SUCCESSOR_PERCENT ? closest : null, next);
    }

    private Learner remember(Lines now, FirstWords words, @Nullable Lines replaced, List<Candidate> next) {
        List<Lines> kept = new ArrayList<>(List.of(now));
        List<FirstWords> keptWords = new ArrayList<>(List.of(words));
        for (int i = 0; i < texts.size() && kept.size() < MAX_TEXTS; i++) {
            if (texts.get(i) != replaced) {
                kept.add(texts.get(i));
                keptWords.add(beginnings.get(i));
            }
        }
        return new Learner(kept, keptWords, next, systemTexts + 1);
    }

    /** Counts the places that a text has; one pass over its lines. */
    private List<Candidate> count(Lines now) {
        Map<Character, List<Integer>> byFirst = new HashMap<>();
        for (int i = 0; i < places.size(); i++) {
            char first = places.get(i).shape().starts().charAt(0);
            byFirst.computeIfAbsent(first, none -> new ArrayList<>()).add(i);
        }
        BitSet there = new BitSet();
        int[] fitting = new int[places.size()];
        for (int line = 0; !byFirst.isEmpty() && line < now.count(); line++) {
            int at = now.indented(line);
            List<Integer> some =
                    at < now.text().length() ? byFirst.get(now.text().charAt(at)) : null;
            for (int i : some == null ? List.<Integer>of() : some) {
                Candidate place = places.get(i);
                if (now.text().startsWith(place.shape().starts(), at)) {
                    there.set(i);
                    fitting[i] += place.isLearned() && place.fits(now.whole(line)) ? 1 : 0;
                }
            }
        }
        List<Candidate> counted = new ArrayList<>(places);
        there.stream().forEach(i -> counted.set(i, places.get(i).seenAgain(fitting[i] <= 1)));
        return counted;
    }

    private static void learn(List<Candidate> places, Lines old, Lines now) {
        List<Change> changes = Comparison.changes(old, now);
        long[] behind = bytesBehind(changes, now.text());
        Set<String> changed = new HashSet<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            int known = find(places, change);
            if (known < 0 && !isOfLearned(places, change)) {
                boolean unique = !change.shape().byItself() || (isOnce(change, old) && isOnce(change, now));
                String name = name(places, change.shape());
                if (makeRoom(places, changed)) {
                    places.add(Candidate.first(name, change, unique, behind[i]));
                    changed.add(name);
                }
            } else if (known >= 0 && changed.add(places.get(known).finding().name())) {
                places.set(known, places.get(known).changedAgain(change, behind[i]));
            }
        }
    }

    private static int find(List<Candidate> places, Change change) {
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).isAt(change)) {
                return i;
            }
        }
        return -1;
    }

    /** A line with a learned clock or counter that comes or goes is no place of its own. */
    private static boolean isOfLearned(List<Candidate> places, Change change) {
        return change.shape().variation() == Variation.OTHER
                && places.stream()
                        .anyMatch(place -> place.isLearned()
                                && place.shape().starts().equals(change.shape().starts()));
    }

    private static boolean isOnce(Change change, Lines lines) {
        Candidate place = Candidate.first("", change, true, 0);
        int fitting = 0;
        for (int line = 0; line < lines.count(); line++) {
            boolean starts = lines.text().startsWith(change.shape().starts(), lines.indented(line));
            fitting += starts && place.fits(lines.whole(line)) ? 1 : 0;
        }
        return fitting == 1;
    }

    /** Drops the place with the fewest changes, the oldest of them, if there are too many; never a learned one. */
    private static boolean makeRoom(List<Candidate> places, Set<String> keep) {
        if (places.size() < MAX_PLACES) {
            return true;
        }
        int least = -1;
        for (int i = 0; i < places.size(); i++) {
            Finding finding = places.get(i).finding();
            boolean free = !finding.learned() && !keep.contains(finding.name());
            boolean fewer =
                    least < 0 || finding.changed() < places.get(least).finding().changed();
            least = free && fewer ? i : least;
        }
        return least >= 0 && places.remove(least) != null;
    }

    /** Makes a name from what the rule looks for: the same in every run, unique, and without any text of the prompt. */
    private static String name(List<Candidate> places, Shape shape) {
        Set<String> taken = places.stream().map(place -> place.finding().name()).collect(Collectors.toSet());
        int hash = 31 * shape.starts().hashCode() + shape.matches().hashCode();
        int number = (hash ^ (hash >>> 24)) & 0xffffff;
        String name = spell(shape.variation(), number);
        while (taken.contains(name)) {
            number = (number + 1) & 0xffffff;
            name = spell(shape.variation(), number);
        }
        return name;
    }

    private static String spell(Variation variation, int number) {
        return String.format(Locale.ROOT, "%s%s-%06x", NAME_PREFIX, variation.id(), number);
    }

    /** Returns for each change the bytes of UTF-8 from it to the end of the text. */
    private static long[] bytesBehind(List<Change> changes, String text) {
        long[] behind = new long[changes.size()];
        long bytes = 0;
        int end = text.length();
        for (int i = changes.size() - 1; i >= 0; i--) {
            int at = changes.get(i).at();
            bytes += text.substring(at, end).getBytes(UTF_8).length;
            behind[i] = bytes;
            end = at;
        }
        return behind;
    }

    /** Returns what is left of a text, learned sections included, each on lines of its own as it was. */
    private static String remaining(Cut cut) {
        StringBuilder out = new StringBuilder(cut.text().length());
        boolean learnedBefore = false;
        for (Section section : cut.sections()) {
            boolean learned = section.name().startsWith(NAME_PREFIX);
            if (learned || !section.isVolatile()) {
                boolean joined = out.length() > 0
                        && out.charAt(out.length() - 1) != '\n'
                        && cut.text().charAt(section.start()) != '\n';
                if (joined && (learned || learnedBefore)) {
                    out.append('\n'); // the line break went with another volatile section
                }
                out.append(cut.text(), section.start(), section.end());
                learnedBefore = learned;
            }
        }
        return out.toString();
    }
}
