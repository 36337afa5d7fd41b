package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
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
    private static final Pattern WORD = Pattern.compile("w\\.[a-z0-9]+\\.\\d+\\.");
    private static final Dialect CHAT = Dialect.CHAT_COMPLETIONS;

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
    private int requests;

    Session(int tenant, String engine, String model, Instructions instructions, Words words, Random random) {
        this.tenant = tenant;
        this.engine = engine;
        this.model = model;
        this.instructions = instructions;
        this.words = words;
        heardByModel = new HashMap<>();
        spelling = new Spelling(random);
        layout = random.nextInt(4);
        streams = random.nextBoolean();
    }

    private Session(
            Session other, String model, Instructions instructions, Words words, Map<String, Set<String>> heard) {
        tenant = other.tenant;
        engine = other.engine;
        this.model = model;
        this.words = words;
        this.instructions = instructions;
        heardByModel = heard;
        spelling = other.spelling;
        layout = other.layout;
        streams = other.streams;
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
        return said.takesText() && !spelling.isSilent(said);
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

    /** Returns the next request; ids, names and cache marks differ in each. */
    Incoming request(NoteTag tag) {
        requests++;
        byte[] body = body().getBytes(UTF_8);
        heard().addAll(words(new String(body, UTF_8)));
        String id = tellsId() ? words.owner() : "";
        return new Incoming(CHAT, body, name -> name.equals("x-session") ? id : "", tag, tenant, engine);
    }

    private String body() {
        StringBuilder out = new StringBuilder("{").append(spelling.field("model", spelling.quote(model)));
        out.append(",\"temperature\" : 0.70,").append(streams ? "\"stream\":true," : "");
        String toolField = tools.isEmpty() ? "" : spelling.field("tools", tools());
        out.append(layout == 0 && !toolField.isEmpty() ? toolField + "," : "");
        List<String> all = new ArrayList<>(system());
        for (int i = 0; i < messages.size(); i++) {
            boolean named = (requests + i) % 3 == 0;
            all.add(spelling.message(messages.get(i), requests + "-" + i, named, i == messages.size() - 1));
        }
        out.append("\"messages\":[").append(String.join(", ", all)).append(']');
        out.append(layout != 0 && !toolField.isEmpty() ? "," + toolField : "");
        return out.append('}').toString();
    }

    private List<String> system() {
        String text = instructions.text();
        int split = text.indexOf("\n\n- never");
        return switch (layout) {
            case 1 ->
                List.of("{\"role\":\"developer\",\"content\":[{\"type\":\"text\",\"text\":" + spelling.quote(text)
                        + "}]}");
            case 2 -> List.of(system(text.substring(0, split)), system(text.substring(split + 2)));
            default -> List.of(system(text));
        };
    }

    private String system(String text) {
        return "{\"role\":\"system\"," + spelling.field("content", spelling.quote(text)) + "}";
    }

    private String tools() {
        return tools.stream()
                .map(name -> "{\"type\":\"function\", \"function\":{\"description\":\"does " + name + "\",\"name\":\""
                        + name + "\",\"parameters\":{\"n\":1.0}}}")
                .collect(Collectors.joining(",\n", "[", "]"));
    }

    /** Takes the answer in as this agent keeps it. */
    void hears(Emitted answer) {
        messages.add(Said.of(answer));
        heard().addAll(words(answer.text()));
        answer.calls().forEach(call -> heard().addAll(words(call.arguments())));
    }

    /** Returns all words in a text that can be traced to a session. */
    static Set<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }
}
