package io.kvkeep.plan;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.ElementCut;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.lane.Digest;
import io.kvkeep.ledger.AgentState;
import io.kvkeep.ledger.Lane;
import io.kvkeep.ledger.LedgerEntry;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.ledger.Linked;
import io.kvkeep.ledger.Sent;
import io.kvkeep.ledger.Start;
import io.kvkeep.note.Blocks;
import io.kvkeep.note.Blocks.Since;
import io.kvkeep.note.Carriers;
import io.kvkeep.note.Insertion;
import io.kvkeep.note.Note;
import io.kvkeep.note.Note.Part;
import io.kvkeep.note.NoteTag;
import io.kvkeep.note.Notes;
import io.kvkeep.plan.Conversation.Traveller;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Prompt.Field;
import io.kvkeep.prompt.Role;
import io.kvkeep.section.Kind;
import io.kvkeep.section.Section;
import io.kvkeep.section.SystemText;
import io.kvkeep.section.SystemText.Piece;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.TemplateSwitch;
import io.kvkeep.template.Truth;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Decides which bytes of one request to replay, restore, move, drop or add, and what the ledger keeps of it. */
/*
 * Over the usual length: the remedies one after the other, in the order of the design; each is a few lines here and has
 * its work in a class of its own.
 */
final class Planner {
    private static final byte[] PARAGRAPH = JsonString.escape("\n\n");
    private static final String USAGE = "\"stream_options\":{\"include_usage\":true},";
    private static final byte[] USER = "user".getBytes(StandardCharsets.US_ASCII);
    /** What is kept of messages with blocks that come and go; a lane that has more of them loses those behind. */
    private static final int BLOCKS_BUDGET_BYTES = 64 << 10;

    private final Conversation talk;
    private final LedgerView ledger;
    private final Policy policy;
    private final NoteTag tag;
    private final Dialect dialect;
    private final RecentRestorations restorations;
    private final boolean passing;
    private final Prompt prompt;
    private final List<Message> messages;
    private final List<SystemText> stableTexts;
    private final List<Traveller> travellers;
    private final List<Edit> edits = new ArrayList<>();
    private final List<Sent> sent = new ArrayList<>();
    private final Blocks blocks;
    private final Set<Integer> replayed = new HashSet<>();

    Planner(
            Conversation talk,
            LedgerView ledger,
            Policy policy,
            NoteTag tag,
            Dialect dialect,
            RecentRestorations restorations,
            boolean passing) {
        this.talk = talk;
        this.ledger = ledger;
        this.policy = policy;
        this.tag = tag;
        this.dialect = dialect;
        this.restorations = restorations;
        this.passing = passing;
        this.prompt = talk.prompt();
        this.messages = talk.messages();
        this.blocks = new Blocks(messages, talk.profile().ephemerals());
        this.stableTexts = talk.stableTexts();
        this.travellers = talk.travellers(policy.leftOut());
    }

    /**
     * What is decided.
     *
     * @param plan the edits
     * @param entry what the ledger keeps once the request is sent
     * @param linked where in the ledger the conversation goes on
     * @param rebased whether the lane starts afresh with one clean prompt
     * @param rebuildDropped whether the system text is new and only volatile sections of it differ from earlier ones
     */
    record Planned(Plan plan, LedgerEntry entry, Linked linked, boolean rebased, boolean rebuildDropped) {}

    Planned plan(Capabilities capabilities) throws NotJson {
        Map<String, Part> parts = parts();
        Linked linked = Linked.find(
                talk.said().chain(), talk.said().digests(), opening(), ledger, talk.session(), texts(parts));
        Optional<Start> before = linked.lane().map(Lane::start);
        AgentState agent = ledger.agent(talk.scope());
        StableText stable = StableText.of(talk, agent, before.map(Start::stable), policy);
        if (!stable.changes().isEmpty()) {
            parts.put(Note.INSTRUCTIONS, new Part(stable.changes(), JsonString.escape(stable.changes())));
        }
        int mark = talk.systemTexts().isEmpty() ? 0 : ledger.mark(talk.scope(), stable.sent(), linked.lane());
        boolean rebased = linked.lane()
                .filter(lane -> isToRebase(lane, mark) || losesStanding(lane, stable))
                .isPresent();
        Linked noted = rebased ? new Linked(linked.lane(), 0) : linked;
        Carriers carriers = new Carriers(messages, talk.profile().firstUserCutter());
        Notes notes = Notes.of(tag, noted, messages.size(), carriers, stable.standing(), parts, policy.deliver());
        boolean moves = policy.placement() == Placement.FIRST_USER
                && notes.possible()
                && (rebased || before.map(Start::moves).orElse(true));

        leaveOut();
        int keptMessages = moves ? notes.kept() : noted.known();
        replayBlocks(noted, keptMessages, moves);
        boolean declared =
                moves && carryNotes(notes, stable, carriers, keptDeclaration(before, stable, rebased), agent);
        if (policy.placement() == Placement.END_OF_SYSTEM) {
            moveToEnds();
        }
        mark(mark);
        boolean keepsReasoning = keepReasoning(capabilities, before.filter(start -> noted.known() > 0));
        restore(linked, keepsReasoning || capabilities.stripsReasoning() == Truth.NO);
        keepLateSystemInPlace(capabilities.lateSystem(dialect));
        agent = orderTools(agent);
        dropEmptyParts();
        OptionalInt slot = pinSlot(stable, linked);
        if (capabilities.tellsUsageOnRequest() && prompt.takes().contains(Field.USAGE)) {
            addField(USAGE, Reason.ASK_FOR_USAGE, "stream_options");
        }
        Start start = new Start(
                talk.session() != 0
                        ? talk.session()
                        : before.map(Start::session).orElse(0L),
                moves,
                declared,
                mark,
                moves ? stable.sent() : stable.came(),
                keepsReasoning);
        boolean goesOn =
                linked.lane().filter(lane -> goesOn(lane, linked.known())).isPresent()
                        && (rebased || !moves || notes.kept() == linked.known());
        boolean dropped = moves
                && !talk.systemTexts().isEmpty()
                && !agent.systems().contains(talk.system())
                && agent.hasSent(stable.sent());
        Plan plan = new Plan(edits);
        keepBlocks(plan, goesOn ? keptMessages : 0);
        return new Planned(plan, entry(linked, goesOn, start, stable, agent, slot), linked, rebased, dropped);
    }

    /** Returns how many messages stand before the first answer; a greeting of the agent is none. */
    private int opening() {
        boolean asked = false;
        for (int i = 0; i < messages.size(); i++) {
            if (asked && messages.get(i).role() == Role.ASSISTANT) {
                return i;
            }
            asked |= messages.get(i).role() == Role.USER;
        }
        return messages.size();
    }

    // ---- sections and notes

    /** Returns the volatile sections that may travel, by their names. */
    private Map<String, Part> parts() {
        Map<String, Part> parts = new LinkedHashMap<>();
        for (Traveller one : travellers) {
            parts.put(one.name(), new Part(one.value(), one.piece().value(), one.kind()));
        }
        return parts;
    }

    private static Map<String, String> texts(Map<String, Part> parts) {
        Map<String, String> texts = new LinkedHashMap<>();
        parts.forEach((name, part) -> texts.put(name, part.text()));
        return texts;
    }

    /** What is true of a nonce holds for no reader; the rest is left out because the operator says so. */
    private boolean isLeftOut(Piece piece) {
        Kind kind = piece.section().kind();
        return kind == Kind.NONCE || policy.leftOut().contains(kind);
    }

    private void leaveOut() {
        for (SystemText text : talk.systemTexts()) {
            for (Piece piece : text.volatiles()) {
                if (isLeftOut(piece)) {
                    boolean nonce = piece.section().kind() == Kind.NONCE;
                    edits.add(Edit.remove(
                            piece.range(),
                            nonce ? Reason.DROP_NONCE : Reason.LEAVE_OUT_SECTION,
                            piece.section().name()));
                }
            }
        }
    }

    /** A clean prompt in place of one full of notes, or of one that the engine does not hold any more. */
    private boolean isToRebase(Lane lane, int mark) {
        int notes = lane.laterNoteBytes();
        return notes > Lane.notesBudgetBytes(prompt.body().length)
                || (notes > 0 && (mark != lane.start().mark() || ledger.isCold(lane)));
    }

    /**
     * Tells whether another text stands at the start than notes were made for: what they say has changed or gone may have
     * stood in that one alone. The engine reads everything again anyway.
     */
    private boolean losesStanding(Lane lane, StableText stable) {
        Start start = lane.start();
        return start.moves()
                && !start.stable().equals(stable.sent())
                && ledger.agent(talk.scope()).pinned().stream()
                        .anyMatch(pinned -> pinned.sent().equals(start.stable())
                                && !stable.standing()
                                        .entrySet()
                                        .containsAll(pinned.values().entrySet()));
    }

    /** Returns whether the system text was sent with the sentence on notes, if it stands in the engine as it is. */
    private static Optional<Boolean> keptDeclaration(Optional<Start> before, StableText stable, boolean rebased) {
        return before.filter(start -> !rebased && start.stable().equals(stable.sent()))
                .map(Start::declared);
    }

    /** Moves the sections and puts the notes in; returns whether the system text says what notes are. */
    private boolean carryNotes(
            Notes notes, StableText stable, Carriers carriers, Optional<Boolean> kept, AgentState agent)
            throws NotJson {
        boolean pinned = pin(stable);
        boolean needed = remove(stable, pinned);
        // A text that was sent without the sentence stays without it, and the note says it itself.
        boolean declared = !talk.systemTexts().isEmpty()
                && kept.orElse(agent.hasSent(stable.sent()) ? agent.declared().contains(stable.sent()) : needed);
        if (declared) {
            List<SystemText> texts = lastingTexts();
            int end = texts.get(texts.size() - 1).json().end();
            byte[] sentence = tag.declaration();
            byte[] body = prompt.body();
            int from = end - sentence.length;
            boolean isThere = from >= 0 && Arrays.equals(body, from, end, sentence, 0, sentence.length);
            if (!isThere || pinned) {
                edits.add(Edit.insert(end, sentence, Reason.DECLARE_NOTE, "system text"));
            }
        }
        for (Sent one : notes.replayed()) {
            if (!replayed.contains(one.message())) {
                put(carriers.insertion(one.message(), one.note().bytes()), Reason.REPLAY_NOTE, one.sections());
                boolean stale = one.hasContent() && blocks.since(one.message(), one.content()) == Since.OTHER;
                sent.add(stale ? one.withoutContent() : one);
            }
        }
        notes.fresh().ifPresent(note -> {
            byte[] bytes = carriers.separated(notes.carrier(), note.bytes(declared));
            put(carriers.insertion(notes.carrier(), bytes), Reason.CARRY_NOTE, note.names());
            sent.add(Sent.note(notes.carrier(), bytes, note.values(), note.whole()));
        });
        return declared;
    }

    /**
     * Sends messages with the blocks that have gone from them since, as long as nothing else in them changed.
     *
     * @param kept of how many messages the form is kept
     * @param notes whether notes are sent again
     */
    private void replayBlocks(Linked linked, int kept, boolean notes) throws NotJson {
        List<Sent> before = linked.lane().map(lane -> lane.sentUpTo(kept)).orElse(List.of());
        for (Sent one : before) {
            if (!one.hasContent() || (one.hasNote() && !notes)) {
                continue;
            }
            Since since = blocks.since(one.message(), one.content());
            if (since == Since.GONE) {
                Range content = messages.get(one.message()).content();
                edits.add(new Edit(content, one.content(), Reason.REPLAY_BLOCK, "message " + one.message()));
                replayed.add(one.message());
            }
            if (since == Since.GONE || (since == Since.SAME && !one.hasNote())) {
                sent.add(one);
            }
        }
    }

    /**
     * Keeps the content of messages with blocks that may be gone with the next request.
     *
     * @param from index of the first message that has not been sent on this lane
     */
    private void keepBlocks(Plan plan, int from) throws NotJson {
        int bytes = 0;
        for (Sent one : sent) {
            bytes += one.message() < from || replayed.contains(one.message()) ? one.content().length : 0;
        }
        for (int i = from; i < messages.size(); i++) {
            int length = messages.get(i).content().length();
            if (!replayed.contains(i) && bytes + length <= BLOCKS_BUDGET_BYTES && blocks.stand(i)) {
                byte[] content = plan.splice(prompt.body(), messages.get(i).content());
                int index = i;
                Optional<Sent> other =
                        sent.stream().filter(one -> one.message() == index).findFirst();
                other.ifPresent(sent::remove);
                sent.add(other.map(one -> one.withContent(content)).orElseGet(() -> Sent.content(index, content)));
                bytes += length;
            }
        }
    }

    /** Returns the system texts that can take what is added: the others go as a whole, if they may. */
    private List<SystemText> lastingTexts() {
        return stableTexts.isEmpty() ? talk.systemTexts() : stableTexts;
    }

    private void put(Insertion note, Reason reason, Collection<String> sections) {
        edits.add(Edit.insert(note.at(), note.bytes(), reason, String.join(",", sections)));
    }

    /** Puts the pinned texts in the place of those that came. */
    private boolean pin(StableText stable) {
        for (int i = 0; i < stable.pinned().size(); i++) {
            SystemText text = stableTexts.get(i);
            edits.removeIf(edit -> edit.range().start() >= text.json().start()
                    && edit.range().end() <= text.json().end());
            byte[] pinned = JsonString.escape(stable.pinned().get(i));
            edits.add(new Edit(text.json().range(), pinned, Reason.PIN_SYSTEM, "system text"));
        }
        return !stable.pinned().isEmpty();
    }

    /**
     * Takes the sections that travel out of the system text.
     *
     * @param pinned whether pinned texts stand there, which hold none of them
     * @return whether what travels, or may travel later, needs a sentence on what notes are
     */
    private boolean remove(StableText stable, boolean pinned) {
        boolean needed = false;
        for (Traveller one : travellers) {
            needed |= !one.kind().isOfItsTime() || !talk.profile().movesOnlyWhatIsOfItsTime();
            boolean stays = one.in().isStable() && (pinned || stable.standing().containsKey(one.name()));
            if (!stays) {
                Section section = one.piece().section();
                edits.add(Edit.remove(one.piece().range(), Reason.MOVE_SECTION, section.name()));
            }
        }
        return needed;
    }

    /**
     * Takes along the element of an array when nothing is left of its text: an empty text may be refused, and where
     * engines put something between elements, one more would show. An array that is left without any is no text at all.
     */
    private void dropEmptyParts() {
        ElementCut cut = new ElementCut(prompt.body());
        for (Message message : prompt.messages().subList(0, prompt.leadingMessages())) {
            for (int i = 0; i < message.parts().size(); i++) {
                JsonString text = message.texts().get(i);
                List<Edit> inside = edits.stream()
                        .filter(edit -> edit.range().start() >= text.start()
                                && edit.range().end() <= text.end())
                        .toList();
                int left = text.end() - text.start();
                for (Edit edit : inside) {
                    left += edit.growth();
                }
                if (left == 0 && !inside.isEmpty()) {
                    edits.removeAll(inside);
                    Range whole = cut.take(message.parts().get(i));
                    edits.add(Edit.remove(
                            whole, inside.get(0).reason(), inside.get(0).subject()));
                }
            }
        }
    }

    private void moveToEnds() {
        for (SystemText text : talk.systemTexts()) {
            ByteArrayOutputStream tail = new ByteArrayOutputStream();
            for (Piece piece : text.volatiles()) {
                if (!isLeftOut(piece)) {
                    edits.add(Edit.remove(
                            piece.range(), Reason.MOVE_SECTION, piece.section().name()));
                    if (tail.size() > 0 || !text.cut().stableText().isEmpty()) {
                        tail.writeBytes(PARAGRAPH);
                    }
                    tail.writeBytes(piece.value());
                }
            }
            if (tail.size() > 0) {
                edits.add(Edit.insert(text.stableEnd(), tail.toByteArray(), Reason.CARRY_NOTE, "system text"));
            }
        }
    }

    // ---- what does not change the words

    /** Returns the slot that the lane has for itself then. */
    private OptionalInt pinSlot(StableText stable, Linked linked) {
        OptionalInt slot = prompt.takes().contains(Field.SLOT)
                ? ledger.slot(talk.scope(), stable.sent(), linked.lane(), passing)
                : OptionalInt.empty();
        slot.ifPresent(number -> addField("\"id_slot\":" + number + ",", Reason.PIN_SLOT, "id_slot"));
        return passing ? OptionalInt.empty() : slot;
    }

    private void mark(int mark) {
        if (mark > 0) {
            int head = lastingTexts().get(0).json().start();
            edits.add(Edit.insert(head, NoteTag.mark(mark), Reason.MARK_LANE, "mark " + mark));
        }
    }

    /**
     * Tells the template to keep earlier reasoning, from a lane's start on: in the middle it would print all of the
     * history anew.
     */
    private boolean keepReasoning(Capabilities capabilities, Optional<Start> goesOn) {
        boolean keeps = capabilities.keepReasoning().isPresent()
                && prompt.takes().contains(Field.TEMPLATE_SWITCHES)
                && goesOn.map(Start::keepsReasoning).orElse(true);
        if (keeps) {
            TemplateSwitch set = capabilities.keepReasoning().get();
            String field = "\"chat_template_kwargs\":{\"" + set.name() + "\":" + set.json() + "},";
            addField(field, Reason.KEEP_REASONING, set.name());
        }
        return keeps;
    }

    /** Lets a system message in mid-conversation speak as the user where the engine or its template would not leave it there. */
    private void keepLateSystemInPlace(LateSystem does) {
        if (does == LateSystem.KEPT || does == LateSystem.UNKNOWN) {
            return;
        }
        for (Message message : messages) {
            if (message.role().instructs() && !message.texts().isEmpty()) {
                List<JsonString> texts = message.texts();
                byte[] opening = tag.opening(List.of("system"));
                edits.add(new Edit(message.roleRange(), USER, Reason.KEEP_IN_PLACE, "role"));
                edits.add(Edit.insert(texts.get(0).start(), opening, Reason.KEEP_IN_PLACE, "system message"));
                int end = texts.get(texts.size() - 1).end();
                edits.add(Edit.insert(end, tag.closing(), Reason.KEEP_IN_PLACE, "system message"));
            }
        }
    }

    private void restore(Linked linked, boolean reasoning) throws NotJson {
        if (linked.lane().isEmpty()) {
            return;
        }
        Lane lane = linked.lane().get();
        for (Sent one : lane.sentUpTo(linked.known())) {
            if (one.emitted().isPresent()) {
                edits.addAll(restored(one.message(), one.emitted().get(), reasoning));
                sent.add(one);
            }
        }
        int last = linked.known() - 1;
        if (lane.awaited().isPresent() && lane.chain().size() == linked.known()) {
            List<Edit> restored = restored(last, lane.awaited().get(), reasoning);
            if (!restored.isEmpty()) {
                edits.addAll(restored);
                sent.add(Sent.answer(last, lane.awaited().get()));
            }
        }
    }

    private List<Edit> restored(int message, Emitted answer, boolean reasoning) throws NotJson {
        Digest fingerprint = talk.fingerprints().messages().get(message);
        return restorations.of(dialect, prompt.body(), messages.get(message), fingerprint, answer, reasoning);
    }

    private AgentState orderTools(AgentState agent) throws NotJson {
        if (prompt.tools().isEmpty()) {
            return agent;
        }
        ToolOrder.Ordered ordered = ToolOrder.of(
                prompt.body(),
                prompt.tools().get(),
                talk.fingerprints().tools().orElseThrow(),
                agent.tools(),
                talk.scope(),
                ledger.memo());
        ordered.edit().ifPresent(edits::add);
        return agent.tools().equals(ordered.order()) ? agent : agent.withTools(ordered.order());
    }

    /** Adds a field of the body, in ASCII and with a comma behind it, before all others. */
    private void addField(String field, Reason reason, String subject) {
        int at = 0;
        while (prompt.body()[at] != '{') {
            at++;
        }
        edits.add(Edit.insert(at + 1, field.getBytes(StandardCharsets.US_ASCII), reason, subject));
    }

    // ---- what the ledger keeps

    private LedgerEntry entry(
            Linked linked, boolean goesOn, Start start, StableText stable, AgentState agent, OptionalInt slot) {
        sent.sort(Comparator.comparingInt(Sent::message));
        Lane lane = new Lane(
                goesOn ? linked.lane().orElseThrow().id() : Lane.NO_ID,
                talk.tenant(),
                talk.scope(),
                start,
                talk.said().chain(),
                sent,
                Optional.empty());
        AgentState after = agent;
        if (!talk.systemTexts().isEmpty()) {
            after = after.withSystem(talk.system());
            if (start.moves()) {
                after = start.declared() ? after.withDeclared(stable.sent()) : after.withBare(stable.sent());
            }
            if (stable.fresh().isPresent()) {
                after = after.withPinned(stable.fresh().get());
            }
        }
        return new LedgerEntry(lane, after, goesOn ? linked.lane() : Optional.empty(), slot);
    }

    /**
     * Tells whether the lane itself goes on, and not a branch of it: there is a message behind its end, or in place of an
     * answer that the agent sends back as something else.
     */
    private boolean goesOn(Lane lane, int known) {
        int left = lane.chain().size() - known;
        boolean answerChanged = left == 1
                && lane.awaited().isPresent()
                && messages.size() > known
                && messages.get(known).role() == Role.ASSISTANT;
        return messages.size() > known && (left == 0 || answerChanged);
    }
}
