package io.kvkeep.profile;

import io.kvkeep.lane.Words;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Guards;
import io.kvkeep.section.Section;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the ephemeral blocks of one agent in texts of messages. */
public final class Ephemerals implements Words {
    private final List<Ephemeral> rules;
    private final Map<Role, Cutter> cutters = new EnumMap<>(Role.class);
    private final Map<Role, List<Tail>> tails = new EnumMap<>(Role.class);

    /**
     * Finds by these rules.
     *
     * @param guards what no block may hold
     */
    Ephemerals(List<Ephemeral> rules, Guards guards) {
        this.rules = List.copyOf(rules);
        for (Role role : List.of(Role.USER, Role.TOOL)) {
            List<Ephemeral> blocks = of(role, Ephemeral.Where.BLOCK);
            if (!blocks.isEmpty()) {
                cutters.put(
                        role, new Cutter(blocks.stream().map(Ephemeral::rule).toList(), guards));
            }
            List<Ephemeral> ends = of(role, Ephemeral.Where.TAIL_MESSAGE);
            if (!ends.isEmpty()) {
                tails.put(
                        role,
                        ends.stream()
                                .map(rule -> new Tail(rule, new Cutter(List.of(rule.rule()), guards)))
                                .toList());
            }
        }
    }

    /** Returns the rules in the order of the profile. */
    public List<Ephemeral> rules() {
        return rules;
    }

    /** Tells whether blocks can stand in messages of that role: else their texts need not be read. */
    public boolean standIn(Role role) {
        return cutters.containsKey(role);
    }

    @Override
    public boolean countAsTheyAre(Role role) {
        return !standIn(role);
    }

    /** Tells whether the last message of a request can be a throw-away one if it is of that role. */
    public boolean tailIn(Role role) {
        return tails.containsKey(role);
    }

    /** Returns the blocks that stand in one text of a message, in the order of the text. */
    public List<Block> in(Role role, String text) {
        Cutter cutter = cutters.get(role);
        if (cutter == null) {
            return List.of();
        }
        List<Block> blocks = new ArrayList<>();
        for (Section section : cutter.cut(text).volatileSections()) {
            blocks.add(new Block(rule(role, section.name()), section));
        }
        return blocks;
    }

    /**
     * Returns what is left of one text of a message without its blocks, for the comparison of messages. Where a block
     * went, line breaks at both ends of the text went too: whether the last one is there changes with the block
     * (Claude Code 2.1.109). Nothing is left of a text that is all blocks.
     */
    @Override
    public String of(Role role, String text) {
        List<Block> blocks = in(role, text);
        if (blocks.isEmpty()) {
            return text;
        }
        StringBuilder left = new StringBuilder(text.length());
        int done = 0;
        for (Block block : blocks) {
            left.append(text, done, block.section().start());
            done = block.section().end();
        }
        left.append(text, done, text.length());
        int start = 0;
        int end = left.length();
        while (start < end && left.charAt(start) == '\n') {
            start++;
        }
        while (end > start && left.charAt(end - 1) == '\n') {
            end--;
        }
        return left.substring(start, end);
    }

    /**
     * Returns the rule by which a message is a throw-away one as a whole.
     *
     * @param role who speaks in the last message of a request
     * @param text its only text
     */
    public Optional<Ephemeral> tail(Role role, String text) {
        for (Tail tail : tails.getOrDefault(role, List.of())) {
            List<Section> found = tail.cutter.cut(text).volatileSections();
            if (found.size() == 1 && found.get(0).value(text).strip().equals(text.strip())) {
                return Optional.of(tail.rule);
            }
        }
        return Optional.empty();
    }

    private List<Ephemeral> of(Role role, Ephemeral.Where where) {
        return rules.stream()
                .filter(rule -> rule.where() == where && rule.roles().contains(role))
                .toList();
    }

    private Ephemeral rule(Role role, String name) {
        return of(role, Ephemeral.Where.BLOCK).stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private record Tail(Ephemeral rule, Cutter cutter) {}

    /**
     * An ephemeral block in a text.
     *
     * @param rule what it is
     * @param section where it stands; its separators go with it
     */
    public record Block(Ephemeral rule, Section section) {}
}
