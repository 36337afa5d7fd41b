package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.ledger.Wire.Asked;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Incoming;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One session of an agent: what it would send next. */
final class Session {
    static final String REASONING = "hm";
    private static final Pattern WORD = Pattern.compile("w\\.[a-z0-9]+\\.\\d+\\.");

    final Wire wire;
    final int tenant;
    final String engine;
    final String model;
    final Instructions instructions;
    final List<Said> messages = new ArrayList<>();
    final List<String> tools = new ArrayList<>();

    /** For each model all words that came in requests of the conversation, or as answers to them. */
    private final Map<String, Set<String>> heardByModel;

    private final Words words;
    private final Spelling spelling;
    private final int layout;
    private final boolean streams;
    /** Whether its requests carry a reminder in the newest message of the user, which is gone with the next one. */
    private final boolean reminds;

    private int requests;

    Session(Wire wire, int tenant, String engine, Instructions instructions, Words words, Random random) {
        this.wire = wire;
        this.tenant = tenant;
        this.engine = engine;
        this.model = "m1";
        this.instructions = instructions;
        this.words = words;
        heardByModel = new HashMap<>();
        spelling = new Spelling(random);
        layout = random.nextInt(4);
        streams = random.nextBoolean();
        reminds = instructions.shape() == Instructions.Shape.PILOT && random.nextInt(3) == 0;
    }

    private Session(
            Session other, String model, Instructions instructions, Words words, Map<String, Set<String>> heard) {
        wire = other.wire;
        tenant = other.tenant;
        engine = other.engine;
        this.model = model;
        this.words = words;
        this.instructions = instructions;
        heardByModel = heard;
        spelling = other.spelling;
        layout = other.layout;
        streams = other.streams;
        reminds = other.reminds;
    }

    /** Returns a branch: the same conversation, which may go on in another way. */
    Session branch() {
        return copy(model, words, heardByModel);
    }

    /** Returns the same conversation on another model, which is not to hear what this one hears from now on. */
    Session onModel(String other, Words own) {
        heardByModel.computeIfAbsent(other, missing -> new HashSet<>()).addAll(heard());
        return copy(other, own, heardByModel);
    }

    /** Returns another conversation with the same opening. */
    Session twin(Words own) {
        Map<String, Set<String>> hears = new HashMap<>();
        hears.put(model, new HashSet<>(heard()));
        return copy(model, own, hears);
    }

    private Session copy(String otherModel, Words own, Map<String, Set<String>> hears) {
        Session copy = new Session(this, otherModel, instructions.copy(own), own, hears);
        copy.messages.addAll(messages);
        copy.tools.addAll(tools);
        return copy;
    }

    /** Returns a request with the opening of this session and another system text. */
    Session side(Instructions other) {
        Session side = new Session(this, model, other, words, heardByModel);
        side.messages.add(messages.get(0));
        return side;
    }

    /** Tells whether a message as this agent spells it has a place for text. */
    boolean takesText(Said said) {
        return wire.takesText(said, spelling);
    }

    /** Returns all words that it may hear. */
    Set<String> heard() {
        return heardByModel.computeIfAbsent(model, missing -> new HashSet<>());
    }

    Words words() {
        return words;
    }

    boolean strips() {
        return spelling.strips();
    }

    boolean streams() {
        return streams;
    }

    /** Tells whether its requests carry the id of the session. */
    boolean tellsId() {
        return instructions.shape() == Instructions.Shape.PILOT;
    }

    /** Returns what keeps its conversations apart from others. */
    String scope() {
        return tenant + " " + engine + " " + model + " " + instructions.identity();
    }

    /** Returns the messages as they go out: a retry carries the same reminder again. */
    private List<Said> reminded() {
        int newest = messages.size() - 1;
        while (newest >= 0 && !messages.get(newest).role().equals("user")) {
            newest--;
        }
        boolean ownMessage =
                newest == 0 || (newest > 0 && !messages.get(newest - 1).role().equals("tool"));
        if (!reminds || !ownMessage || messages.get(newest).texts().stream().allMatch(String::isEmpty)) {
            return messages;
        }
        List<Said> reminded = new ArrayList<>(messages);
        reminded.set(newest, messages.get(newest).reminded());
        return reminded;
    }

    /** Returns the next request; ids, names and cache marks differ in each. */
    Incoming request(NoteTag tag) {
        requests++;
        Asked asked = new Asked(model, streams, instructions, tools, reminded(), layout, requests);
        byte[] body = wire.request(asked, spelling).getBytes(UTF_8);
        heard().addAll(words(new String(body, UTF_8)));
        String id = tellsId() ? words.owner() : "";
        return new Incoming(wire.dialect(), body, name -> name.equals("x-session") ? id : "", tag, tenant, engine);
    }

    /** Takes in what the answer told it. */
    void hears(Said answer) {
        messages.add(answer);
        answer.texts().forEach(text -> heard().addAll(words(text)));
        answer.calls().forEach(call -> heard().addAll(words(call.arguments())));
    }

    /** Returns all words in a text that can be traced to a session. */
    static Set<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }
}
