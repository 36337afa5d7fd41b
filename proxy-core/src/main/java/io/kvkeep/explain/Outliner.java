package io.kvkeep.explain;

import io.kvkeep.explain.Part.Altered;
import io.kvkeep.explain.Part.Kind;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.plan.Edit;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Reason;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Role;
import io.kvkeep.reuse.Stretch;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.section.Section;
import io.kvkeep.section.SystemText;
import io.kvkeep.template.ToolsPlace;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes outlines of prompts. For any thread. */
public final class Outliner {
    private static final Map<Role, String> NAMES =
            Arrays.stream(Role.values()).collect(Collectors.toUnmodifiableMap(role -> role, Outliner::name));

    private final KnownParts tools = new KnownParts();
    private final KnownParts texts = new KnownParts();

    /**
     * Returns the outlines of one request.
     *
     * @param plan the edits that were applied
     * @param prompt as it came and as these edits make it
     * @param place where the engine's template prints the tools; behind the system text if that is not known
     */
    public Outline.Pair of(Rewrite rewrite, Plan plan, Stretches.Pair prompt, ToolsPlace place) {
        List<Part> messages = messages(rewrite, prompt.came());
        Outline came = outline(rewrite, Plan.NOTHING, prompt.came(), messages, place);
        if (prompt.isSame()) {
            return new Outline.Pair(came, came);
        }
        List<Part> edited = edited(messages, prompt, plan);
        return new Outline.Pair(came, outline(rewrite, plan, prompt.sent(), edited, place));
    }

    /**
     * Returns the text of each part of a prompt, in the order of its outline, for an operator who wants to see it: JSON
     * as it stands in the body, without the quotes around a system text.
     *
     * @param plan the edits that were applied; none for the prompt as it came
     * @param place as for its outline
     */
    public List<String> texts(Rewrite rewrite, Plan plan, ToolsPlace place) {
        Stretches prompt = Stretches.Pair.of(rewrite.prompt(), rewrite.fingerprints(), plan)
                .sent();
        List<String> said = new ArrayList<>();
        for (SystemText text : rewrite.systemTexts()) {
            if (!isGone(text, plan)) {
                sections(text, rewrite, plan, (name, bytes, range) -> said.add(text(bytes, range)));
            }
        }
        int at = place == ToolsPlace.BEFORE_SYSTEM ? 0 : said.size();
        List<Message> conversation = rewrite.prompt().conversation();
        for (int i = 0; i < conversation.size(); i++) {
            boolean movesTools =
                    place == ToolsPlace.BEFORE_LAST_USER && conversation.get(i).role() == Role.USER;
            at = movesTools ? said.size() : at;
            Stretch message = prompt.messages().get(i);
            said.add(text(message.bytes(), message.range()));
        }
        if (prompt.tools().isPresent()) {
            byte[] all = prompt.tools().get().bytes();
            said.addAll(
                    at,
                    Tools.ranges(all, prompt.tools().get().range()).stream()
                            .map(tool -> text(all, tool))
                            .toList());
        }
        return said;
    }

    private static String text(byte[] bytes, Range range) {
        return new String(bytes, range.start(), range.length(), StandardCharsets.UTF_8);
    }

    private Outline outline(Rewrite rewrite, Plan plan, Stretches prompt, List<Part> messages, ToolsPlace place) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < rewrite.systemTexts().size(); i++) {
            SystemText text = rewrite.systemTexts().get(i);
            if (!isGone(text, plan)) {
                long print = prompt.systemTexts().get(i).print();
                parts.addAll(texts.of(print, text.cut(), () -> sections(text, rewrite, plan)));
            }
        }
        int at = place == ToolsPlace.BEFORE_SYSTEM ? 0 : parts.size();
        if (place == ToolsPlace.BEFORE_LAST_USER) {
            for (int i = 0; i < messages.size(); i++) {
                at = messages.get(i).isUser() ? parts.size() + i : at;
            }
        }
        parts.addAll(messages);
        if (prompt.tools().isPresent()) {
            Stretch all = prompt.tools().get();
            parts.addAll(at, tools.of(all.print(), Tools.class, () -> Tools.parts(all.bytes(), all.range())));
        }
        return new Outline(
                rewrite.entry().lane().tenant(),
                rewrite.entry().lane().scope(),
                rewrite.profile().agent(),
                rewrite.entry().lane().start().session(),
                rewrite.sideRequest().isPresent(),
                parts);
    }

    private static List<Part> sections(SystemText text, Rewrite rewrite, Plan plan) {
        List<Part> parts = new ArrayList<>();
        sections(
                text,
                rewrite,
                plan,
                (name, bytes, range) ->
                        parts.add(Part.section(name, Digest.of(bytes, range).low(), range.length())));
        return parts;
    }

    /** Tells whether a text went with the object around it. */
    private static boolean isGone(SystemText text, Plan plan) {
        Range all = text.json().range();
        for (Edit one : plan.edits()) {
            Range edit = one.range();
            boolean meets = edit.end() >= all.start() && edit.start() <= all.end();
            if (meets && (edit.start() < all.start() || edit.end() > all.end())) {
                return true;
            }
        }
        return false;
    }

    /** An edit belongs to the section in which it begins; one that reaches into the next makes one part of both. */
    private static void sections(SystemText text, Rewrite rewrite, Plan plan, Sections sections) {
        byte[] body = rewrite.prompt().body();
        Range all = text.json().range();
        List<Edit> edits = plan.within(all);
        if (edits.isEmpty()) {
            asTheyStand(text, body, sections);
            return;
        }
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        String name = "";
        int from = all.start();
        int next = 0;
        List<Section> cut = text.cut().sections();
        for (int i = 0; i < cut.size(); i++) {
            boolean last = i == cut.size() - 1;
            int end = last ? all.end() : text.decoded().byteOffset(cut.get(i).end());
            name = open.size() == 0 ? cut.get(i).name() : name;
            while (next < edits.size() && (last || edits.get(next).range().start() < end)) {
                Edit edit = edits.get(next++);
                open.write(body, from, edit.range().start() - from);
                open.writeBytes(edit.replacement());
                from = edit.range().end();
            }
            if (from < end) {
                open.write(body, from, end - from);
                from = end;
            }
            if ((from == end || last) && open.size() > 0) {
                byte[] bytes = open.toByteArray();
                sections.add(name, bytes, new Range(0, bytes.length));
                open.reset();
            }
        }
    }

    private static void asTheyStand(SystemText text, byte[] body, Sections sections) {
        int from = text.json().start();
        for (Section section : text.cut().sections()) {
            Range range = new Range(from, text.decoded().byteOffset(section.end()));
            if (range.length() > 0) {
                sections.add(section.name(), body, range);
            }
            from = range.end();
        }
    }

    private static String name(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    private static List<Part> messages(Rewrite rewrite, Stretches prompt) {
        List<Message> conversation = rewrite.prompt().conversation();
        Altered[] altered = altered(conversation, rewrite.plan());
        List<Part> parts = new ArrayList<>(conversation.size());
        for (int i = 0; i < conversation.size(); i++) {
            Message message = conversation.get(i);
            boolean reasons =
                    message.role() == Role.ASSISTANT && message.reasoningGap().isEmpty();
            Stretch stretch = prompt.messages().get(i);
            long said = i < rewrite.said().size() ? rewrite.said().get(i).low() : 0;
            parts.add(new Part(
                    Kind.MESSAGE,
                    NAMES.getOrDefault(message.role(), ""),
                    stretch.print(),
                    said,
                    words(message, said),
                    stretch.length(),
                    !message.media().isEmpty(),
                    reasons,
                    altered[i]));
        }
        return parts;
    }

    /** A message with an edit is no longer as the agent altered it. */
    private static List<Part> edited(List<Part> came, Stretches.Pair prompt, Plan plan) {
        List<Part> parts = new ArrayList<>(came.size());
        for (int i = 0; i < came.size(); i++) {
            Stretch stretch = prompt.sent().messages().get(i);
            Part part = came.get(i);
            parts.add(
                    prompt.isSame(i)
                            ? part
                            : part.edited(
                                    stretch.print(),
                                    stretch.length(),
                                    part.words() == 0
                                            ? 0 // of answers, which most edits are in, the words don't count
                                            : print(
                                                    plan,
                                                    prompt.came()
                                                            .messages()
                                                            .get(i)
                                                            .range())));
        }
        return parts;
    }

    private static long print(Plan plan, Range message) {
        long print = 0;
        for (Edit edit : plan.within(message)) {
            byte[] added = edit.replacement();
            long text = Digest.of(added, new Range(0, added.length)).low();
            print = (print + text) * Part.SPREAD + edit.range().length();
        }
        return print;
    }

    /** The same words may stand in a plain text or in a block; a block that is gone has taken its text with it. */
    private static long words(Message message, long said) {
        long words = said;
        for (JsonString text : message.texts()) {
            words = words * Part.SPREAD + text.range().length();
        }
        return message.role() == Role.ASSISTANT || said == 0 ? 0 : words;
    }

    /** What the plan would restore in an answer is what the agent altered. */
    private static Altered[] altered(List<Message> conversation, Plan planned) {
        Altered[] altered = new Altered[conversation.size()];
        Arrays.fill(altered, Altered.NO);
        int at = 0;
        for (Edit edit : planned.edits()) {
            if (edit.reason() == Reason.RESTORE_ANSWER) {
                while (at < altered.length
                        && conversation.get(at).range().end() < edit.range().end()) {
                    at++;
                }
                if (at < altered.length
                        && conversation.get(at).range().start() <= edit.range().start()) {
                    boolean reasoning = edit.subject().equals("reasoning");
                    altered[at] = reasoning && altered[at] != Altered.SPELLING ? Altered.REASONING : Altered.SPELLING;
                }
            }
        }
        return altered;
    }

    /** Takes the sections of a system text in order. */
    private interface Sections {
        void add(String name, byte[] bytes, Range range);
    }
}
