package io.kvkeep.profile;

import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.profile.Ephemerals.Block;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Cut;
import io.kvkeep.section.Cutter;
import io.kvkeep.section.Section;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of a profile that find something in one request: in its system texts, in the first and the newest message
 * of the user, and in the last message.
 */
public final class MatchedRules {
    private final Profile profile;
    private final Set<String> names = new LinkedHashSet<>();

    private MatchedRules(Profile profile) {
        this.profile = profile;
    }

    /**
     * Returns their names, each of which is in {@link Profile#ruleNames}.
     *
     * @param systemTexts the system texts, cut; learned sections in them don't count
     * @param side the name of the side request that the request is, if it is one
     */
    public static Set<String> of(Profile profile, List<Cut> systemTexts, Prompt prompt, Optional<String> side)
            throws NotJson {
        MatchedRules matched = new MatchedRules(profile);
        systemTexts.forEach(matched::add);
        side.ifPresent(matched.names::add);
        matched.firstUser(prompt.firstUser());
        if (!profile.ephemerals().rules().isEmpty() && !prompt.messages().isEmpty()) {
            Message last = prompt.messages().get(prompt.messages().size() - 1);
            Optional<Message> newest = prompt.lastUser();
            if (newest.isPresent()) {
                matched.blocks(newest.get());
            }
            if (last.role() == Role.TOOL) {
                matched.blocks(last);
            }
            matched.tail(last);
        }
        matched.names.retainAll(profile.ruleNames());
        return Set.copyOf(matched.names);
    }

    private void add(Cut cut) {
        for (Section section : cut.sections()) {
            names.add(section.name());
        }
    }

    private void firstUser(Optional<Message> first) throws NotJson {
        Cutter cutter = profile.firstUserCutter();
        if (first.isPresent() && !cutter.isEmpty()) {
            for (JsonString text : first.get().texts()) {
                add(cutter.cut(text.text()));
            }
        }
    }

    private void blocks(Message message) throws NotJson {
        Ephemerals ephemerals = profile.ephemerals();
        for (JsonString text : ephemerals.standIn(message.role()) ? message.texts() : List.<JsonString>of()) {
            for (Block block : ephemerals.in(message.role(), text.text())) {
                names.add(block.rule().name());
            }
        }
    }

    private void tail(Message last) throws NotJson {
        if (last.texts().size() == 1 && profile.ephemerals().tailIn(last.role())) {
            String text = last.texts().get(0).text();
            profile.ephemerals().tail(last.role(), text).map(Ephemeral::name).ifPresent(names::add);
        }
    }
}
