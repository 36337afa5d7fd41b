package io.kvkeep.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvkeep.answer.Emitted;
import io.kvkeep.ledger.Instructions.Shape;
import io.kvkeep.note.Deliver;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Edit;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.plan.Reason;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.section.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks after each request what kvkeep promises, by a model that knows only what agents did and what was sent. */
/*
 * Over the usual length: one method for each promise, and what they share.
 */
final class Promises {
    /** In a text, and in a JSON string. */
    private static final Pattern REMINDER = Pattern.compile("(\n\n|\\\\n\\\\n)<watch>.*?</watch>", Pattern.DOTALL);

    private static final int LAST_MESSAGES = 24;
    private static final int NOTES_BUDGET_BYTES = 16 << 10;

    private final NoteTag tag;
    private final Proxied proxy;
    private final Policy policy;
    private final boolean marks;
    private final boolean keepsReasoning;
    private final boolean lateSystemRaises;
    private final Coverage coverage;
    private final List<Past> pasts = new ArrayList<>();
    private final Map<String, List<String>> toolOrders = new HashMap<>();
    private final Map<String, Set<String>> values = new HashMap<>();
    private final Map<String, Set<String>> rulesOfScope = new HashMap<>();
    private final Map<String, Set<List<String>>> stableOfScope = new HashMap<>();
    private final List<Refused> refused = new ArrayList<>();
    private int turn;
    private int goneTurn;

    Promises(
            NoteTag tag,
            Proxied proxy,
            Policy policy,
            boolean marks,
            boolean keepsReasoning,
            boolean lateSystemRaises,
            Coverage coverage) {
        this.tag = tag;
        this.proxy = proxy;
        this.policy = policy;
        this.marks = marks;
        this.keepsReasoning = keepsReasoning;
        this.lateSystemRaises = lateSystemRaises;
        this.coverage = coverage;
    }

    /** Checks one rewritten request. */
    void check(Session session, Incoming incoming, Rewrite rewrite, Rewrite again) throws PromptNotUnderstood {
        turn++;
        learn(session);
        rewrite.plan().edits().stream()
                .map(Edit::reason)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Reason.class)))
                .forEach(reason -> coverage.count("reason " + reason.id()));
        nothingFires(session, incoming, rewrite);
        nothingLost(session, incoming, rewrite);
        newestValuesHold(session, rewrite);
        onlyAppended(session, rewrite);
        sameAgain(incoming, rewrite, again);
        noCrossTalk(session, rewrite);
    }

    /** Says that the engine holds nothing of what was sent until now. */
    void engineGone() {
        goneTurn = turn;
    }

    /** Keeps what was sent, and the answer if the proxy caught it. */
    void sent(Session session, Rewrite rewrite, Lane lane, Optional<Emitted> answer) {
        if (rewrite.rebased()) { // the ledger does not hold any more what the lane was before
            pasts.replaceAll(past -> past.lane().id() == lane.id() ? past.forgotten() : past);
        }
        List<Said> messages = new ArrayList<>(session.messages);
        JsonNode body = session.wire.chat(rewrite.body());
        Rendered rendered = Rendered.of(body);
        List<String> pieces = new ArrayList<>(rendered.messages());
        answer.ifPresent(said -> {
            messages.add(Said.of(said));
            pieces.add(Rendered.answer(said, session.wire));
        });
        pasts.add(new Past(
                session,
                session.scope(),
                messages,
                new Rendered(rendered.system(), rendered.tools(), pieces),
                Rendered.toolNames(body),
                lane,
                lane.chain(),
                session.instructions.stableLines(),
                shown(session),
                turn));
    }

    /** Takes a request that the engine refused: it has read nothing of it, but nobody tells that the slot is as before. */
    void refused(Session session, Lane lane) {
        refused.add(new Refused(turn, session.scope(), lane.id()));
    }

    private record Refused(int turn, String scope, long lane) {}

    private void learn(Session session) {
        session.instructions
                .values()
                .forEach((name, value) ->
                        values.computeIfAbsent(name, missing -> new HashSet<>()).add(value));
        List<String> stable = session.instructions.stableLines();
        stableOfScope
                .computeIfAbsent(session.scope(), missing -> new HashSet<>())
                .add(stable);
        rulesOfScope
                .computeIfAbsent(session.scope(), missing -> new HashSet<>())
                .addAll(Session.words(String.join("\n", stable)));
        List<String> order = toolOrders.computeIfAbsent(session.scope(), missing -> new ArrayList<>());
        session.tools.stream().filter(tool -> !order.contains(tool)).forEach(order::add);
    }

    private Reader reader() {
        return new Reader(tag, name -> values.getOrDefault(name, Set.of()));
    }

    /** Returns the values that are to be told. */
    private Map<String, String> shown(Session session) {
        Map<String, String> shown = new LinkedHashMap<>(session.instructions.values());
        if (policy.leftOut().contains(Kind.MEMORY)) {
            shown.remove("memory");
            shown.remove("user-profile");
        }
        return shown;
    }

    // ---- promise 1

    private void nothingFires(Session session, Incoming incoming, Rewrite rewrite) {
        if (rewrite.plan().isEmpty()) {
            assertThat(rewrite.body()).isSameAs(incoming.body());
            coverage.count("request unchanged");
        }
        if (session.instructions.shape() == Shape.PLAIN && !marks && policy.stableChanges() == StableChanges.SEND) {
            Set<Reason> allowed = EnumSet.noneOf(Reason.class);
            if (session.strips() || Spelling.PRINTS_ARGUMENTS_ANEW) {
                allowed.add(Reason.RESTORE_ANSWER);
            }
            if (!toolsInOrder(session).equals(session.tools)) {
                allowed.add(Reason.ORDER_TOOLS);
            }
            if (session.streams()) {
                allowed.add(Reason.ASK_FOR_USAGE);
            }
            if (keepsReasoning) {
                allowed.add(Reason.KEEP_REASONING);
            }
            if (lateSystemRaises
                    && session.messages.stream().anyMatch(said -> said.role().equals("system"))) {
                allowed.add(Reason.KEEP_IN_PLACE);
            }
            assertThat(rewrite.plan().edits()).extracting(Edit::reason).isSubsetOf(allowed);
        }
    }

    private List<String> toolsInOrder(Session session) {
        List<String> order = Objects.requireNonNull(toolOrders.get(session.scope()));
        return session.tools.stream()
                .sorted(Comparator.comparingInt(order::indexOf))
                .toList();
    }

    // ---- promises 2 and 6

    private void nothingLost(Session session, Incoming incoming, Rewrite rewrite) {
        ObjectNode came = session.wire.chat(incoming.body());
        ObjectNode out = session.wire.chat(rewrite.body());
        assertThat(Rendered.toolNames(out)).isEqualTo(toolsInOrder(session));
        List<JsonNode> toolsCame = new ArrayList<>();
        List<JsonNode> toolsOut = new ArrayList<>();
        came.path("tools").forEach(toolsCame::add);
        out.path("tools").forEach(toolsOut::add);
        assertThat(toolsOut).containsExactlyInAnyOrderElementsOf(toolsCame);
        JsonNode messagesCame = came.path("messages");
        JsonNode messagesOut = out.path("messages");
        assertThat(messagesOut).hasSameSizeAs(messagesCame);
        int first = messagesCame.size() - session.messages.size();
        boolean putsBack = has(rewrite, Reason.REPLAY_BLOCK);
        for (int i = first; i < messagesCame.size(); i++) {
            Said said = session.messages.get(i - first);
            Matcher reminders = REMINDER.matcher(messagesCame.get(i).toString());
            while (reminders.find()) {
                assertThat(messagesOut.get(i).toString()).contains(reminders.group());
            }
            if (lateSystemRaises && Rendered.instructs(messagesCame.get(i))) {
                speaksAsUser(messagesCame.get(i), messagesOut.get(i));
                continue;
            }
            JsonNode sentMessage = plain(messagesOut.get(i), messagesCame.get(i));
            JsonNode ownMessage = plain(messagesCame.get(i), messagesCame.get(i));
            if (putsBack && said.role().equals("user")) {
                assertThat(words(sentMessage)).isEqualTo(words(ownMessage));
            } else {
                assertThat(sentMessage).isEqualTo(ownMessage);
            }
        }
        for (int i = 0; i < first; i++) {
            assertThat(messagesOut.get(i).path("role"))
                    .isEqualTo(messagesCame.get(i).path("role"));
        }
        came.remove(List.of("tools", "messages"));
        out.remove(List.of("tools", "messages", "stream_options"));
        if (has(rewrite, Reason.KEEP_REASONING)) {
            assertThat(out.remove("chat_template_kwargs")).hasToString("{\"preserve_thinking\":true}");
        }
        if (has(rewrite, Reason.PIN_SLOT)) {
            assertThat(out.remove("id_slot").asInt(-1)).isBetween(0, 1);
        }
        assertThat(out).isEqualTo(came);
    }

    /** A system message in mid-conversation stays there, in the words of the agent, where the template would raise. */
    private void speaksAsUser(JsonNode came, JsonNode out) {
        coverage.count("request with a late system message that speaks as the user");
        assertThat(out.path("role").asText()).isEqualTo("user");
        String says = String.join("", Rendered.texts(came));
        assertThat(String.join("", Rendered.texts(out)))
                .isEqualTo("<" + tag + " system>\n" + says + "\n</" + tag + ">");
        ObjectNode others = out.deepCopy();
        ObjectNode own = came.deepCopy();
        others.remove(List.of("role", "content"));
        own.remove(List.of("role", "content"));
        assertThat(others).isEqualTo(own);
    }

    private static boolean has(Rewrite rewrite, Reason reason) {
        return rewrite.plan().edits().stream().anyMatch(edit -> edit.reason() == reason);
    }

    /** Returns what a message says, whether its content is a string or an array. */
    private static List<String> words(JsonNode message) {
        List<String> words = new ArrayList<>(Rendered.texts(message));
        message.path("content").findValuesAsText("url").forEach(words::add);
        words.removeIf(String::isEmpty);
        return words;
    }

    /** Returns a message without notes, and an answer without the spelling that may be restored. */
    private JsonNode plain(JsonNode message, JsonNode came) {
        ObjectNode copy = message.deepCopy();
        boolean answer = message.path("role").asText().equals("assistant");
        if (keepsReasoning && answer && !came.has("reasoning_content") && copy.has("reasoning_content")) {
            assertThat(copy.remove("reasoning_content").asText()).isEqualTo(Session.REASONING);
            coverage.count("request with its reasoning put back");
        }
        if (copy.path("content").isTextual()) {
            copy.put("content", plain(copy.path("content").asText(), answer));
        }
        if (copy.path("content") instanceof ArrayNode parts) {
            for (int i = parts.size() - 1; i >= 0; i--) {
                if (parts.get(i).path("type").asText().equals("text")) {
                    String text = plain(parts.get(i).path("text").asText(), answer);
                    boolean added = text.isEmpty() && Rendered.texts(came).isEmpty();
                    if (added) {
                        parts.remove(i);
                    } else {
                        ((ObjectNode) parts.get(i)).put("text", text);
                    }
                }
            }
        }
        for (JsonNode call : copy.path("tool_calls")) {
            ObjectNode function = (ObjectNode) call.path("function");
            byte[] arguments = function.path("arguments").asText().getBytes(StandardCharsets.UTF_8);
            function.set("arguments", Rendered.parse(arguments));
        }
        return copy;
    }

    private String plain(String text, boolean answer) {
        String own = REMINDER.matcher(reader().withoutNotes(text)).replaceAll("");
        return answer ? own.strip() : own;
    }

    private void newestValuesHold(Session session, Rewrite rewrite) {
        Rendered out = Rendered.of(session.wire.chat(rewrite.body()));
        Map<String, String> shown = shown(session);
        Reader reader = reader();
        Map<String, String> standing = standing(rewrite, reader, out);
        Map<String, String> believed = reader.read(out.messages());
        String told = believed.remove(Reader.INSTRUCTIONS);
        List<String> systemLines = reader.systemLines(out.system().replace("[system]", "\n"));
        Start start = rewrite.entry().lane().start();
        List<String> stable = session.instructions.stableLines();
        boolean waits = policy.deliver() == Deliver.NEXT_USER
                && rewrite.known() > 0
                && session.messages.subList(rewrite.known(), session.messages.size()).stream()
                        .noneMatch(said -> said.role().equals("user") && session.takesText(said));
        boolean notes = policy.placement() == Placement.FIRST_USER && start.moves();
        if (notes && !waits) {
            assertThat(Reader.inLines(believed)).isEqualTo(Reader.inLines(shown));
        } else if (notes) {
            coverage.count("request waits");
        } else {
            assertThat(believed).isEmpty();
            shown.values()
                    .forEach(value -> assertThat(systemLines)
                            .containsSubsequence(value.lines().toList()));
        }
        boolean pinned = has(rewrite, Reason.PIN_SYSTEM);
        List<String> fixed = new ArrayList<>(systemLines);
        if (!notes) {
            shown.values().forEach(value -> value.lines().forEach(fixed::remove));
        }
        standing.values().forEach(value -> value.lines().forEach(fixed::remove));
        if (pinned) {
            assertThat(stableOfScope.get(session.scope())).contains(fixed);
            if (!waits) {
                List<String> lines = new ArrayList<>(fixed);
                lines.addAll(Objects.requireNonNullElse(told, "").lines().toList());
                assertThat(lines).containsAll(stable);
                fixed.removeAll(stable);
                assertThat(Objects.requireNonNullElse(told, "").lines())
                        .as("lines that are gone")
                        .containsAll(fixed);
            }
        } else {
            assertThat(fixed).containsExactlyElementsOf(stable);
            assertThat(told == null || waits)
                    .as("no instructions hold: %s", told)
                    .isTrue();
        }
    }

    /** Reads the values that stand in the system text: where it stays as first sent, it holds what is of its time. */
    private Map<String, String> standing(Rewrite rewrite, Reader reader, Rendered out) {
        boolean may = policy.stableChanges() == StableChanges.NOTE
                && policy.placement() == Placement.FIRST_USER
                && rewrite.entry().lane().start().moves();
        Map<String, String> standing = may ? reader.standing(out.system()) : Map.of();
        standing.keySet().forEach(section -> coverage.count("standing " + section));
        return standing;
    }

    // ---- promise 3

    private void onlyAppended(Session session, Rewrite rewrite) {
        int longest = 0;
        for (Past past : pasts) {
            longest = Math.max(longest, known(past, session));
        }
        int known = ofOwnLane(session, longest);
        assertThat(rewrite.known()).as("messages that the ledger knows").isEqualTo(known);
        if (known == 0) {
            coverage.count("request first-contact");
            return;
        }
        List<Past> before = new ArrayList<>();
        for (Past past : pasts) {
            if (known(past, session) == known && (known == longest || isOf(past, session))) {
                before.add(past);
            }
        }
        coverage.count(rewrite.entry().lane().id() == Lane.NO_ID ? "request forked" : "request linked");
        if (rewrite.rebased()) {
            coverage.count("request rebased");
            assertThat(before).anyMatch(past -> mayRebase(past, rewrite));
            return;
        }
        Rendered out = Rendered.of(session.wire.chat(rewrite.body()));
        boolean goesOn = before.stream().anyMatch(past -> goesOn(past, session, rewrite, out, known));
        assertThat(goesOn)
                .as(
                        "%s goes on behind %s messages of one of %s",
                        place(turn, rewrite.entry().lane()),
                        known,
                        before.stream()
                                .map(past -> place(past.turn(), past.lane()))
                                .toList())
                .isTrue();
    }

    /** Returns how many messages are known of the lane of the own session, if there is one, or at most so many. */
    private int ofOwnLane(Session session, int longest) {
        int whole = 0;
        for (Past past : pasts) {
            if (isOf(past, session) && newest(past).turn() == past.turn()) {
                int known = known(past, session);
                if (known == longest) {
                    return longest;
                }
                whole = known == past.lane().chain().size() ? Math.max(whole, known) : whole;
            }
        }
        if (whole > 0) {
            coverage.count("request behind its own lane, and not a longer one of another session");
        }
        return whole > 0 ? whole : longest;
    }

    private static boolean isOf(Past past, Session session) {
        return session.tellsId() && past.session().words() == session.words();
    }

    /** Returns the lane of an earlier request as it is by now. */
    private Past newest(Past past) {
        return pasts.stream()
                .filter(other -> other.lane().id() == past.lane().id())
                .max(Comparator.comparingInt(Past::turn))
                .orElse(past);
    }

    private static String place(int turn, Lane lane) {
        return "turn " + turn + " (lane " + lane.id() + ", mark " + lane.start().mark() + ")";
    }

    /** Returns how many messages of the session are known from an earlier request, if it is one of the same conversation. */
    private int known(Past past, Session session) {
        if (!past.scope().equals(session.scope())) {
            return 0;
        }
        int known = past.known(proxy, session.messages);
        boolean sameSession = isOf(past, session);
        boolean hasAnswer = session.messages.subList(0, known).stream()
                .dropWhile(said -> !said.role().equals("user"))
                .anyMatch(said -> said.role().equals("assistant"));
        boolean keepsSome = keepsSome(past, session);
        while (known > 0 && !hasAnswer && !sameSession && !keepsSome && !holds(past, known, session)) {
            known--; // an opening alone does not tell two sessions apart
        }
        return known;
    }

    /** Tells whether a message behind the opening is one of the last of the lane as it is by now: it was compressed. */
    private boolean keepsSome(Past past, Session session) {
        List<Said> behind = session.messages.stream()
                .dropWhile(said -> !said.role().equals("user"))
                .dropWhile(said -> !said.role().equals("assistant"))
                .toList();
        Past newest = newest(past);
        return newest.messages().stream()
                .skip(Math.max(1, newest.messages().size() - LAST_MESSAGES))
                .anyMatch(said -> behind.stream().anyMatch(said::means));
    }

    /** Tells whether all that was told up to a message still holds. */
    private boolean holds(Past past, int messages, Session session) {
        Reader reader = reader();
        reader.standing(past.sent().system());
        Map<String, String> told = reader.told(past.sent().messages().subList(0, messages));
        return shown(session).entrySet().containsAll(told.entrySet());
    }

    private boolean mayRebase(Past past, Rewrite rewrite) {
        int notes = past.lane().laterNoteBytes();
        if (notes > NOTES_BUDGET_BYTES) {
            coverage.count("request rebased over budget");
        }
        boolean cold = notes > 0 && past.turn() <= goneTurn;
        if (cold) {
            coverage.count("request rebased when the engine was gone");
        }
        boolean otherText = policy.stableChanges() == StableChanges.NOTE
                && !past.lane()
                        .start()
                        .stable()
                        .equals(rewrite.entry().lane().start().stable());
        if (otherText) {
            coverage.count("request rebased behind another text");
        }
        return notes > NOTES_BUDGET_BYTES || cold || otherText || (notes > 0 && markMayChange(past, rewrite));
    }

    private boolean markMayChange(Past past, Rewrite rewrite) {
        boolean interleaved = pasts.stream()
                        .anyMatch(other -> other.turn() >= past.turn()
                                && other.scope().equals(past.scope())
                                && other.lane().id() != past.lane().id())
                || refused.stream()
                        .anyMatch(other -> other.turn >= past.turn()
                                && other.scope.equals(past.scope())
                                && other.lane != past.lane().id());
        return marks
                && interleaved
                && rewrite.entry().lane().start().mark() != past.lane().start().mark();
    }

    private boolean goesOn(Past past, Session session, Rewrite rewrite, Rendered out, int known) {
        if (markMayChange(past, rewrite)) {
            coverage.count("request mark-changed");
            return true;
        }
        boolean pinned = has(rewrite, Reason.PIN_SYSTEM);
        Reader reader = reader();
        reader.standing(out.system());
        boolean told = pinned && reader.read(out.messages()).containsKey(Reader.INSTRUCTIONS);
        boolean moves = policy.placement() == Placement.FIRST_USER
                && rewrite.entry().lane().start().moves();
        boolean homeless = !moves
                && past.lane().start().moves()
                && session.messages.stream().noneMatch(said -> carries(session, said));
        boolean sameSystem = !homeless
                && (told || past.stable().equals(session.instructions.stableLines()))
                && (moves || past.values().equals(shown(session)));
        if (pinned && !past.stable().equals(session.instructions.stableLines())) {
            coverage.count("request pinned");
        }
        int tools = commonStart(past.tools(), toolsInOrder(session));
        boolean sameTools = tools == past.tools().size() && tools == session.tools.size();
        int messages = unchanged(past, session, reminded(past, session, rewrite, known), out);
        int systemFirst = !sameSystem ? 0 : 1 + tools + (sameTools ? messages : 0);
        int toolsFirst = tools + (sameTools && sameSystem ? 1 + messages : 0);
        coverage.count(sameSystem && sameTools && messages == known ? "request whole" : "request broken by the agent");
        return startsWith(out.pieces(false), past.sent().pieces(false), systemFirst)
                && startsWith(out.pieces(true), past.sent().pieces(true), toolsFirst);
    }

    /** Returns the first known message that the agent has given a reminder since; all that are known if there is none. */
    private int reminded(Past past, Session session, Rewrite rewrite, int known) {
        List<String> came =
                Rendered.of(session.wire.chat(rewrite.prompt().body())).messages();
        for (int i = 0; i < known; i++) {
            Matcher reminders = REMINDER.matcher(came.get(i));
            while (reminders.find()) {
                if (!past.sent().messages().get(i).contains(reminders.group())) {
                    coverage.count("request with a reminder in an older message");
                    return i;
                }
            }
        }
        return known;
    }

    /** Returns how many messages can go out as before: all, unless there is news and no new message to carry it. */
    private int unchanged(Past past, Session session, int linked, Rendered out) {
        int known = linked;
        for (Sent sent : past.lane().sentUpTo(linked)) {
            if (sent.hasNote() && !session.takesText(session.messages.get(sent.message()))) {
                coverage.count("request without the place of a note");
                known = Math.min(known, sent.message());
            }
        }
        boolean carried = policy.placement() != Placement.FIRST_USER
                || policy.deliver() == Deliver.NEXT_USER
                || session.messages.subList(known, session.messages.size()).stream()
                        .anyMatch(said -> carries(session, said));
        List<String> before = past.sent().messages().subList(0, known);
        Reader reader = reader();
        reader.standing(past.sent().system());
        Map<String, String> held = new LinkedHashMap<>(reader.read(before));
        Reader whole = reader();
        whole.standing(out.system());
        boolean news = !held.equals(whole.read(out.messages()));
        if (carried || !news) {
            return known;
        }
        int carrier = known - 1;
        while (carrier > 0 && !carries(session, session.messages.get(carrier))) {
            carrier--;
        }
        coverage.count("request news in a retry");
        return carrier;
    }

    private static boolean carries(Session session, Said said) {
        return session.takesText(said)
                && (said.role().equals("user") || said.role().equals("tool"));
    }

    private static int commonStart(List<String> one, List<String> other) {
        int common = 0;
        while (common < Math.min(one.size(), other.size()) && one.get(common).equals(other.get(common))) {
            common++;
        }
        return common;
    }

    private static boolean startsWith(List<String> now, List<String> before, int pieces) {
        return String.join("", now).startsWith(String.join("", before.subList(0, pieces)));
    }

    // ---- promises 4 and 5

    private void sameAgain(Incoming incoming, Rewrite rewrite, Rewrite again) throws PromptNotUnderstood {
        assertThat(again.body()).isEqualTo(rewrite.body());
        boolean staysBehind = policy.placement() == Placement.FIRST_USER
                && !rewrite.entry().lane().start().moves();
        if (!staysBehind) {
            Incoming sent = new Incoming(
                    incoming.dialect(),
                    rewrite.body(),
                    incoming.headers(),
                    incoming.tag(),
                    incoming.tenant(),
                    incoming.engine());
            Rewrite anew = proxy.rewrite(sent, LedgerView.EMPTY);
            if (has(anew, Reason.KEEP_REASONING)) {
                coverage.count("request of a lane that began in a dialect without the switch");
                assertThat(rewrite.known()).as("a lane begins with the switch").isPositive();
                assertThat(anew.plan().edits()).extracting(Edit::reason).containsOnly(Reason.KEEP_REASONING);
            } else {
                assertThat(anew.body()).isSameAs(sent.body());
            }
        }
    }

    private void noCrossTalk(Session session, Rewrite rewrite) {
        Set<String> said = Session.words(new String(rewrite.body(), StandardCharsets.UTF_8));
        said.removeAll(session.heard());
        if (policy.stableChanges() == StableChanges.NOTE) {
            said.removeAll(Objects.requireNonNull(rulesOfScope.get(session.scope())));
            // What stands in the first text of an agent is of its time, and notes say what holds now.
            Rendered out = Rendered.of(session.wire.chat(rewrite.body()));
            standing(rewrite, reader(), out).values().forEach(value -> said.removeAll(Session.words(value)));
        }
        // Who has later messages in common has one conversation in common.
        pasts.stream()
                .filter(past -> past.scope().equals(session.scope()) && keepsSome(past, session))
                .forEach(past -> past.sent().messages().forEach(message -> said.removeAll(Session.words(message))));
        assertThat(said).as("words of other sessions").isEmpty();
    }
}
