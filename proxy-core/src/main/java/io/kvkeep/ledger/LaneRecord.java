package io.kvkeep.ledger;

import io.kvkeep.answer.Emitted;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState.Pinned;
import io.kvkeep.ledger.AgentState.Standing;
import io.kvkeep.section.Kind;
import io.kvkeep.section.SectionRule;
import io.kvkeep.section.Stability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One record of the ledger on disk: what changed, as a difference from the records before it. */
public sealed interface LaneRecord {
    /** The version of the form of records; a file of another one is not read. */
    int FORMAT_VERSION = 4;

    /**
     * A lane was served.
     *
     * @param lane the lane as it is then
     * @param turn the count of all requests then: a record that is not younger than what is known changes nothing
     * @param servedMillis when
     */
    record Served(Lane lane, long turn, long servedMillis) implements LaneRecord {}

    /**
     * An answer came on a lane.
     *
     * @param turn the turn of the request that it answers
     * @param link its digest in the chain
     */
    record Answered(long lane, long turn, Digest link, Emitted answer) implements LaneRecord {}

    /** A lane is read in that slot of the engine from now on; with {@link Lane#NO_ID} none is known to be. */
    record Placed(long lane, int slot) implements LaneRecord {}

    /** A lane is no more. */
    record Forgotten(long lane) implements LaneRecord {}

    /** What all lanes of an agent share changed. */
    record Agent(AgentState state) implements LaneRecord {}

    /**
     * What was learned of an agent.
     *
     * @param rules for sections of one line
     */
    record Rules(long tenant, String agent, List<SectionRule> rules) implements LaneRecord {
        /** Copies the list. */
        public Rules {
            rules = List.copyOf(rules);
        }
    }

    /**
     * Returns the bytes of a record.
     *
     * @param before the lane as the records before tell it, if they do
     */
    static byte[] write(LaneRecord record, @Nullable Lane before) {
        RecordWriter out = new RecordWriter();
        if (record instanceof Served served) {
            served(out, served, before);
        } else if (record instanceof Answered answered) {
            out.count(2)
                    .number(answered.lane)
                    .number(answered.turn)
                    .digest(answered.link)
                    .emitted(answered.answer);
        } else if (record instanceof Forgotten forgotten) {
            out.count(3).number(forgotten.lane);
        } else if (record instanceof Agent agent) {
            agent(out.count(4), agent.state);
        } else if (record instanceof Rules learned) {
            rules(out.count(5), learned);
        } else if (record instanceof Placed placed) {
            out.count(6).number(placed.lane).count(placed.slot);
        }
        return out.bytes();
    }

    @SuppressWarnings("ReferenceEquality") // what is kept is handed on as it is, and a note may be long
    private static void served(RecordWriter out, Served served, @Nullable Lane before) {
        Lane lane = served.lane;
        List<Sent> oldSent = before == null ? List.of() : before.sent();
        int links = before == null ? 0 : before.links().common(lane.links());
        int kept = 0;
        while (kept < Math.min(oldSent.size(), lane.sent().size())
                && oldSent.get(kept) == lane.sent().get(kept)) {
            kept++;
        }
        Start start = lane.start();
        out.count(1)
                .number(lane.id())
                .number(lane.tenant())
                .digest(lane.scope())
                .number(served.turn)
                .number(served.servedMillis);
        out.number(start.session()).flag(start.moves()).flag(start.declared()).count(start.mark());
        out.digest(start.stable()).flag(start.keepsReasoning());
        out.count(links).digests(lane.chain().subList(links, lane.chain().size()));
        out.count(kept).count(lane.sent().size() - kept);
        lane.sent().subList(kept, lane.sent().size()).forEach(out::sent);
        out.optional(lane.awaited());
    }

    private static void agent(RecordWriter out, AgentState state) {
        out.digest(state.scope())
                .texts(state.tools())
                .digests(state.systems())
                .digests(state.declared())
                .digests(state.bare());
        out.count(state.pinned().size());
        state.pinned().forEach(pinned -> pinned(out, pinned));
    }

    private static void pinned(RecordWriter out, Pinned pinned) {
        out.digest(pinned.digest()).digest(pinned.sent()).texts(pinned.texts());
        out.count(pinned.standing().size());
        for (Standing section : pinned.standing()) {
            out.count(section.text()).count(section.at()).text(section.name());
            out.text(section.kind().id()).text(section.whole()).text(section.value());
        }
    }

    private static Pinned pinned(RecordReader in) {
        Digest digest = in.digest();
        Digest sent = in.digest();
        List<String> texts = in.texts();
        List<Standing> standing = new ArrayList<>();
        int count = in.count();
        for (int i = 0; i < count; i++) {
            int text = in.count();
            int at = in.count();
            String name = in.text();
            Kind kind = Kind.of(in.text()).orElse(Kind.OTHER);
            if (text >= texts.size() || at > texts.get(text).length()) {
                throw new IllegalArgumentException("a section that stands outside of its text");
            }
            standing.add(new Standing(text, at, name, kind, in.text(), in.text()));
        }
        return new Pinned(digest, sent, texts, standing);
    }

    private static void rules(RecordWriter out, Rules learned) {
        out.number(learned.tenant).text(learned.agent).count(learned.rules.size());
        for (SectionRule rule : learned.rules) {
            out.text(rule.name()).text(rule.kind().id()).texts(rule.starts());
            out.text(rule.matches().map(Pattern::pattern).orElse(""));
        }
    }

    private static Rules rules(RecordReader in) {
        long tenant = in.number();
        String agent = in.text();
        List<SectionRule> rules = new ArrayList<>();
        int count = in.count();
        for (int i = 0; i < count; i++) {
            String name = in.text();
            Kind kind = Kind.of(in.text()).orElse(Kind.OTHER);
            List<String> starts = in.texts();
            String matches = in.text();
            Optional<Pattern> pattern = matches.isEmpty() ? Optional.empty() : Optional.of(Pattern.compile(matches));
            rules.add(new SectionRule(
                    name, kind, Stability.VOLATILE, starts, List.of(new SectionRule.End.LineEnd()), pattern));
        }
        return new Rules(tenant, agent, rules);
    }

    /**
     * Reads a record.
     *
     * @param lanes gives the lane of an id as the records before tell it, or null
     * @throws IllegalArgumentException if these are not the bytes of a record
     */
    static LaneRecord read(byte[] bytes, LongFunction<@Nullable Lane> lanes) {
        RecordReader in = new RecordReader(bytes);
        int kind = in.count();
        LaneRecord record = switch (kind) {
            case 1 -> served(in, lanes);
            case 2 -> new Answered(in.number(), in.number(), in.digest(), in.emitted());
            case 3 -> new Forgotten(in.number());
            case 4 -> new Agent(agent(in));
            case 5 -> rules(in);
            case 6 -> new Placed(in.number(), in.count());
            default -> throw new IllegalArgumentException("a record of kind " + kind);
        };
        in.finish();
        return record;
    }

    private static Served served(RecordReader in, LongFunction<@Nullable Lane> lanes) {
        long id = in.number();
        if (id <= Lane.NO_ID) {
            throw new IllegalArgumentException("a lane with the id " + id);
        }
        long tenant = in.number();
        Digest scope = in.digest();
        long turn = in.number();
        long servedMillis = in.number();
        Start start = new Start(in.number(), in.flag(), in.flag(), in.count(), in.digest(), in.flag());
        Lane before = lanes.apply(id);
        List<Digest> chain = kept(before == null ? List.of() : before.chain(), in.count());
        chain.addAll(in.digests());
        List<Sent> sent = kept(before == null ? List.of() : before.sent(), in.count());
        int count = in.count();
        for (int i = 0; i < count; i++) {
            sent.add(in.sent());
        }
        return new Served(new Lane(id, tenant, scope, start, chain, sent, in.optional()), turn, servedMillis);
    }

    private static <T> List<T> kept(List<T> before, int count) {
        if (count > before.size()) {
            throw new IllegalArgumentException("a record builds on " + count + " entries of " + before.size());
        }
        return new ArrayList<>(before.subList(0, count));
    }

    private static AgentState agent(RecordReader in) {
        Digest scope = in.digest();
        List<String> tools = in.texts();
        List<Digest> systems = in.digests();
        List<Digest> declared = in.digests();
        List<Digest> bare = in.digests();
        List<Pinned> pinned = new ArrayList<>();
        int count = in.count();
        for (int i = 0; i < count; i++) {
            pinned.add(pinned(in));
        }
        return new AgentState(scope, tools, systems, declared, bare, pinned);
    }
}
