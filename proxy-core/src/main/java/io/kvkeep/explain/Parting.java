package io.kvkeep.explain;

import io.kvkeep.explain.Held.Match;
import io.kvkeep.explain.Part.Altered;
import io.kvkeep.explain.Part.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a prompt parts from the best earlier one.
 *
 * @param cause why
 * @param part index of the first part that differs; the rest of the prompt lies behind it
 * @param subject what it is about
 */
record Parting(Cause cause, int part, String subject) {
    private static final String UNNAMED = "text";

    /** Returns the place, or nothing if the engine has only to go on reading. */
    static Optional<Parting> of(Outline now, Optional<Match> best) {
        if (best.isEmpty() || !best.get().kin()) {
            return Optional.of(
                    new Parting(Cause.FIRST_SIGHT, best.map(Match::common).orElse(0), ""));
        }
        Match match = best.get();
        int at = match.common();
        if (at == now.parts().size()) {
            return Optional.empty();
        }
        if (match.isWhole()) {
            return alteredAnswer(now, at);
        }
        return Optional.of(differing(now, match.entry().outline(), at));
    }

    /** The engine holds the answer too, as the model said it. */
    private static Optional<Parting> alteredAnswer(Outline now, int from) {
        for (int i = from; i < now.parts().size(); i++) {
            Part part = now.parts().get(i);
            if (part.altered() != Altered.NO) {
                Cause cause =
                        part.altered() == Altered.REASONING ? Cause.REASONING_STRIPPED : Cause.ANSWER_RESERIALISED;
                return Optional.of(new Parting(cause, i, message(now, i)));
            }
        }
        return Optional.empty();
    }

    private static Parting differing(Outline now, Outline old, int at) {
        Part here = now.parts().get(at);
        Part there = old.parts().get(at);
        if (here.kind() == Kind.MESSAGE && there.kind() == Kind.MESSAGE) {
            return inConversation(now, old, at);
        }
        if (here.kind() == Kind.SECTION || there.kind() == Kind.SECTION) {
            return new Parting(Cause.SECTION_CHANGED, at, subject(now, old, at, Kind.SECTION));
        }
        Cause cause = tools(now).equals(tools(old)) ? Cause.TOOLS_MOVED : Cause.TOOLS_CHANGED;
        return new Parting(cause, at, cause == Cause.TOOLS_MOVED ? "" : subject(now, old, at, Kind.TOOL));
    }

    private static List<Part> tools(Outline outline) {
        return outline.parts().stream().filter(part -> part.kind() == Kind.TOOL).toList();
    }

    private static String subject(Outline now, Outline old, int at, Kind kind) {
        String name = name(now, old, at, kind);
        return kind == Kind.SECTION && name.equals(UNNAMED) ? Break.UNNAMED_TEXT : name;
    }

    /** Returns the name of what changed, is there for the first time, or is gone. */
    private static String name(Outline now, Outline old, int at, Kind kind) {
        Part here = now.parts().get(at);
        Part there = old.parts().get(at);
        if (here.kind() != kind) {
            return there.name();
        }
        if (here.name().equals(UNNAMED) && there.name().equals(UNNAMED)) {
            // Where a section is cut in or out, the text around it is in other pieces.
            return only(old, now, at + 1, kind)
                    .or(() -> only(now, old, at + 1, kind))
                    .orElse(UNNAMED);
        }
        boolean moved = there.kind() == kind
                && !here.name().equals(there.name())
                && now.parts().stream()
                        .noneMatch(part -> part.kind() == kind && part.name().equals(there.name()));
        return moved ? there.name() : here.name();
    }

    /** Returns the name of a part that the other outline does not have. */
    private static Optional<String> only(Outline here, Outline there, int at, Kind kind) {
        if (at >= here.parts().size() || here.parts().get(at).kind() != kind) {
            return Optional.empty();
        }
        String name = here.parts().get(at).name();
        boolean alone = there.parts().stream()
                .noneMatch(part -> part.kind() == kind && part.name().equals(name));
        return alone ? Optional.of(name) : Optional.empty();
    }

    private static Parting inConversation(Outline now, Outline old, int at) {
        String subject = message(now, at);
        Part here = now.parts().get(at);
        Part there = old.parts().get(at);
        if (now.side()) {
            return new Parting(Cause.SIDE_REQUEST, at, subject);
        }
        if (isNewSession(now, old, at)) {
            return new Parting(Cause.NEW_SESSION, at, subject);
        }
        if (here.isAnswer() && there.isAnswer()) {
            if (there.reasons() && !here.reasons()) {
                return new Parting(Cause.REASONING_STRIPPED, at, subject);
            }
            if (here.said() != 0 && here.said() == there.said()) {
                return new Parting(Cause.ANSWER_RESERIALISED, at, subject);
            }
        }
        return new Parting(Cause.HISTORY_REWRITTEN, at, subject);
    }

    /** A conversation goes on if it shares an answer, a session id, or a later message. */
    private static boolean isNewSession(Outline now, Outline old, int at) {
        if (now.parts().subList(0, at).stream().anyMatch(Part::isAnswer)) {
            return false;
        }
        if (now.session() != 0 && old.session() != 0) {
            return now.session() != old.session();
        }
        Set<Long> later = new HashSet<>();
        old.parts().subList(at, old.parts().size()).forEach(part -> later.add(meaning(part)));
        return now.parts().subList(at, now.parts().size()).stream().noneMatch(part -> later.contains(meaning(part)));
    }

    private static long meaning(Part part) {
        return part.said() == 0 ? part.print() : part.said();
    }

    static String message(Outline now, int at) {
        return "message " + now.message(at) + " (" + now.parts().get(at).name() + ")";
    }
}
