package io.kvkeep.explain;

import io.kvkeep.explain.Part.Altered;
import io.kvkeep.explain.Part.Kind;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.plan.Edit;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Reason;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Section;
import io.kvkeep.section.SystemText;
import io.kvkeep.template.ToolsPlace;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes outlines of prompts. For any thread. */
public final class Outliner {
    private final Tools tools = new Tools();

    /**
     * Returns the outlines of one request.
     *
     * @param plan the edits that were applied
     * @param place where the engine's template prints the tools; behind the system text if that is not known
     */
    public Outline.Pair of(Rewrite rewrite, Plan plan, ToolsPlace place) {
        Outline came = outline(rewrite, Plan.NOTHING, place, Texts.UNWANTED);
        return new Outline.Pair(came, plan.isEmpty() ? came : outline(rewrite, plan, place, Texts.UNWANTED));
    }

    /**
     * Returns the text of each part of a prompt, in the order of its outline, for an operator who wants to see it: JSON
     * as it stands in the body, without the quotes around a system text.
     *
     * @param plan the edits that were applied; none for the prompt as it came
     * @param place as for its outline
     */
    public List<String> texts(Rewrite rewrite, Plan plan, ToolsPlace place) {
        List<String> texts = new ArrayList<>();
        outline(rewrite, plan, place, new Texts(texts));
        return List.copyOf(texts);
    }

    private Outline outline(Rewrite rewrite, Plan plan, ToolsPlace place, Texts texts) {
        List<Part> parts = new ArrayList<>();
        rewrite.systemTexts().forEach(text -> sections(text, rewrite, plan, parts, texts));
        int systemEnd = parts.size();
        messages(rewrite, plan, parts, texts);
        int at = place == ToolsPlace.BEFORE_SYSTEM ? 0 : systemEnd;
        if (place == ToolsPlace.BEFORE_LAST_USER) {
            for (int i = systemEnd; i < parts.size(); i++) {
                at = parts.get(i).isUser() ? i : at;
            }
        }
        int toolsAt = at;
        rewrite.prompt().tools().ifPresent(range -> parts.addAll(toolsAt, tools(rewrite, plan, range, toolsAt, texts)));
        return new Outline(
                rewrite.entry().lane().tenant(),
                rewrite.entry().lane().scope(),
                rewrite.profile().agent(),
                rewrite.entry().lane().start().session(),
                rewrite.sideRequest().isPresent(),
                parts);
    }

    private List<Part> tools(Rewrite rewrite, Plan plan, Range range, int at, Texts texts) {
        byte[] body = rewrite.prompt().body();
        if (!plan.touches(range)) {
            texts.addTools(at, body, range);
            return tools.parts(body, range);
        }
        byte[] sent = plan.splice(body, range);
        Range all = new Range(0, sent.length);
        texts.addTools(at, sent, all);
        return tools.parts(sent, all);
    }

    /** An edit belongs to the section in which it begins; one that reaches into the next makes one part of both. */
    private static void sections(SystemText text, Rewrite rewrite, Plan plan, List<Part> parts, Texts texts) {
        byte[] body = rewrite.prompt().body();
        Range all = text.json().range();
        List<Edit> edits = plan.edits().stream()
                .filter(edit ->
                        edit.range().end() >= all.start() && edit.range().start() <= all.end())
                .toList();
        if (edits.stream()
                .anyMatch(edit ->
                        edit.range().start() < all.start() || edit.range().end() > all.end())) {
            return; // the text went with the object around it
        }
        if (edits.isEmpty()) {
            asTheyStand(text, body, parts, texts);
            return;
        }
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        String name = "";
        int from = all.start();
        int next = 0;
        List<Section> sections = text.cut().sections();
        for (int i = 0; i < sections.size(); i++) {
            boolean last = i == sections.size() - 1;
            int end =
                    last ? all.end() : text.decoded().byteOffset(sections.get(i).end());
            name = open.size() == 0 ? sections.get(i).name() : name;
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
                Range range = new Range(0, bytes.length);
                parts.add(Part.section(name, Digest.of(bytes, range).low(), bytes.length));
                texts.add(bytes, range);
                open.reset();
            }
        }
    }

    private static void asTheyStand(SystemText text, byte[] body, List<Part> parts, Texts texts) {
        int from = text.json().start();
        for (Section section : text.cut().sections()) {
            Range range = new Range(from, text.decoded().byteOffset(section.end()));
            if (range.length() > 0) {
                parts.add(Part.section(section.name(), Digest.of(body, range).low(), range.length()));
                texts.add(body, range);
            }
            from = range.end();
        }
    }

    private static void messages(Rewrite rewrite, Plan plan, List<Part> parts, Texts texts) {
        byte[] body = rewrite.prompt().body();
        List<Message> conversation = rewrite.prompt().conversation();
        for (int i = 0; i < conversation.size(); i++) {
            Message message = conversation.get(i);
            Range range = message.range();
            long print = rewrite.fingerprints().get(i).low();
            int bytes = range.length();
            Altered altered = message.role() == Role.ASSISTANT ? altered(rewrite.plan(), range) : Altered.NO;
            boolean reasons =
                    message.role() == Role.ASSISTANT && message.reasoningGap().isEmpty();
            if (plan.touches(range)) {
                byte[] sent = plan.splice(body, range);
                print = Digest.of(sent, new Range(0, sent.length)).low();
                bytes = sent.length;
                reasons |= altered == Altered.REASONING;
                altered = Altered.NO;
                texts.add(sent, new Range(0, sent.length));
            } else {
                texts.add(body, range);
            }
            long said = i < rewrite.said().size() ? rewrite.said().get(i).low() : 0;
            String role = message.role().name().toLowerCase(Locale.ROOT);
            parts.add(new Part(
                    Kind.MESSAGE, role, print, said, bytes, !message.media().isEmpty(), reasons, altered));
        }
    }

    /** What the plan would restore is what the agent altered. */
    private static Altered altered(Plan planned, Range range) {
        Altered altered = Altered.NO;
        if (planned.touches(range)) {
            for (Edit edit : planned.edits()) {
                boolean inside =
                        edit.range().start() >= range.start() && edit.range().end() <= range.end();
                if (inside && edit.reason() == Reason.RESTORE_ANSWER) {
                    boolean reasoning = edit.subject().equals("reasoning");
                    altered = reasoning && altered != Altered.SPELLING ? Altered.REASONING : Altered.SPELLING;
                }
            }
        }
        return altered;
    }

    /** The bytes of parts as text, if anybody wants them. */
    private static final class Texts {
        static final Texts UNWANTED = new Texts(null);

        private final @Nullable List<String> all;

        Texts(@Nullable List<String> all) {
            this.all = all;
        }

        void add(byte[] bytes, Range range) {
            if (all != null) {
                all.add(text(bytes, range));
            }
        }

        void addTools(int at, byte[] bytes, Range range) {
            if (all != null) {
                List<String> each = new ArrayList<>();
                Tools.ranges(bytes, range).forEach(tool -> each.add(text(bytes, tool)));
                all.addAll(at, each);
            }
        }

        private static String text(byte[] bytes, Range range) {
            return new String(bytes, range.start(), range.length(), StandardCharsets.UTF_8);
        }
    }
}
