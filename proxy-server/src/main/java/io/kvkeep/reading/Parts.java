package io.kvkeep.reading;

import io.kvkeep.ahead.TokenParts;
import io.kvkeep.reading.Sender.End;
import io.kvkeep.reading.Sender.Result;
import io.kvkeep.reuse.PrefillTime;
import java.util.List;
import java.util.Optional;

/**
 * The requests by which an engine is given one prompt to read, one after the other, each short enough for others to come
 * between. For one thread at a time.
 *
 * <p>llama.cpp serves nobody else until the batch that it is in ends, of up to 2,048 tokens, and sees only behind the next
 * one that its client is gone (b11434). So it is asked for the tokens of the next prompt and of the one that it holds,
 * and then reads a moment's worth of what differs at a time. An engine that does not render, or refuses a part, is given
 * the bodies.
 */
public final class Parts {
    private static final int END_BYTES = 8 << 10;
    private static final int MOST_ANSWER_BYTES = 16 << 20;

    private enum Stage {
        NEXT_RENDERED,
        NEXT_TOKENS,
        HELD_RENDERED,
        HELD_TOKENS,
        PART,
        BODY
    }

    private final String prefix;
    private final String path;
    private final Optional<TokenParts> asTokens;
    private final Pace pace;
    private List<byte[]> bodies;
    private byte[] held;
    private String rendered = "";
    private int[] tokens = {};
    private int readTokens;
    private int partEnd;
    private int body;
    private Stage stage;

    /**
     * @param prefix of all paths of the engine
     * @param path where the bodies go
     * @param bodies the last one is for all of the prompt; the others for starts of it, which is less exact
     * @param asTokens how to ask for parts; empty for the bodies alone
     * @param held the request whose prompt the engine holds; empty if it holds nothing
     */
    Parts(String prefix, String path, List<byte[]> bodies, Optional<TokenParts> asTokens, byte[] held, Pace pace) {
        this.prefix = prefix;
        this.path = path;
        this.bodies = bodies;
        this.asTokens = asTokens;
        this.held = held;
        this.pace = pace;
        this.stage = asTokens.isPresent() ? Stage.NEXT_RENDERED : Stage.BODY;
    }

    /** Returns what is to be sent next; the same again if that was broken off. */
    public Ask next() {
        return switch (stage) {
            case NEXT_RENDERED -> whole("/apply-template", bodies.get(bodies.size() - 1));
            case HELD_RENDERED -> whole("/apply-template", held);
            case NEXT_TOKENS, HELD_TOKENS ->
                whole("/tokenize", asTokens.orElseThrow().tokenize(rendered));
            case PART -> new Ask(prefix + "/completion", asTokens.orElseThrow().completion(tokens, partEnd), END_BYTES);
            case BODY -> new Ask(path, bodies.get(body), END_BYTES);
        };
    }

    private Ask whole(String question, byte[] asked) {
        return new Ask(prefix + question, asked, MOST_ANSWER_BYTES);
    }

    /** Tells whether the engine reads some of the prompt by the next request, and is not only asked about it. */
    public boolean reads() {
        return stage == Stage.PART || stage == Stage.BODY;
    }

    /** Tells whether what was read so far is known by its number of tokens, so that it can be gone on behind it. */
    public boolean goesOnLater() {
        return stage == Stage.PART || (stage == Stage.BODY && readTokens > 0);
    }

    /**
     * Takes what came of the last request.
     *
     * @return whether there is another one to send
     */
    public boolean ended(Result result) {
        if (result.end() == End.CANCELLED) {
            return true;
        }
        boolean done = result.end() == End.DONE;
        return switch (stage) {
            case NEXT_RENDERED, HELD_RENDERED -> {
                Optional<String> text = done ? TokenParts.rendered(result.answer()) : Optional.empty();
                rendered = text.orElse("");
                Stage tokenised = stage == Stage.NEXT_RENDERED ? Stage.NEXT_TOKENS : Stage.HELD_TOKENS;
                stage = text.isPresent() ? tokenised : Stage.BODY;
                yield true;
            }
            case NEXT_TOKENS -> {
                tokens = done ? TokenParts.tokens(result.answer()) : tokens;
                stage = tokens.length > 0 ? Stage.HELD_RENDERED : Stage.BODY;
                if (tokens.length > 0 && held.length == 0) {
                    rendered = "";
                    readBehind(0);
                }
                yield true;
            }
            case HELD_TOKENS -> {
                int[] before = done ? TokenParts.tokens(result.answer()) : new int[0];
                stage = Stage.BODY;
                if (before.length > 0) {
                    rendered = "";
                    held = new byte[0];
                    readBehind(same(before, tokens));
                }
                yield true;
            }
            case PART -> {
                if (done) {
                    PrefillTime.read(result.answer()).ifPresent(pace::took);
                }
                readBehind(done ? partEnd : tokens.length);
                yield true;
            }
            case BODY -> done && ++body < bodies.size();
        };
    }

    private static int same(int[] one, int[] other) {
        int at = 0;
        while (at < one.length && at < other.length && one[at] == other[at]) {
            at++;
        }
        return at;
    }

    /** All parts are about as long, the body's too, which is the last one: nobody is to wait longer for that. */
    private void readBehind(int count) {
        readTokens = Math.max(1, count);
        int left = tokens.length - readTokens;
        int parts = (left + pace.tokens() - 1) / pace.tokens();
        if (parts > 1) {
            partEnd = readTokens + (left + parts - 1) / parts;
            stage = Stage.PART;
        } else {
            bodies = List.of(bodies.get(bodies.size() - 1));
            stage = Stage.BODY;
        }
    }

    /**
     * A request.
     *
     * @param keptBytes how much of the end of its answer is wanted
     */
    @SuppressWarnings("ArrayRecordComponent") // large, and passed on once
    public record Ask(String path, byte[] body, int keptBytes) {}
}
