package io.kvkeep.ahead;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.prompt.Role;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The part of the next prompt that is certain once a turn has ended: all that was sent, the answer, and the start of a
 * message of the user.
 *
 * <p>It has to end in a user's start: templates that strip reasoning print a finished turn anew only then. A prompt that
 * ended on the answer would gain nothing (measured on llama.cpp b11434).
 *
 * <p>Longer than most: it is one pass over one body, with what each dialect wants of it in {@link Form}.
 */
public final class NextPrompt {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int NOWHERE = -1;
    private static final int AS_SENT = 0;

    private final Dialect dialect;
    private final byte[] sent;
    private final Form form;
    private final Prompt prompt;
    private final Emitted answer;

    private NextPrompt(Dialect dialect, byte[] sent, Form form, Prompt prompt, Emitted answer) {
        this.dialect = dialect;
        this.sent = sent;
        this.form = form;
        this.prompt = prompt;
        this.answer = answer;
    }

    /**
     * Reads what was sent.
     *
     * @param sent the last request's body, as the engine got it
     * @param answer what the model said
     * @return empty if the turn has not ended: the model calls a tool, or said nothing that an agent would send back
     */
    public static Optional<NextPrompt> of(Dialect dialect, byte[] sent, Emitted answer) {
        Optional<Form> form = Form.of(dialect);
        if (form.isEmpty() || !answer.calls().isEmpty() || answer.text().isBlank()) {
            return Optional.empty();
        }
        try {
            Prompt prompt = dialect.read(sent);
            List<Message> messages = prompt.messages();
            Role last = messages.isEmpty()
                    ? Role.OTHER
                    : messages.get(messages.size() - 1).role();
            boolean waits = last == Role.USER || last == Role.TOOL;
            return waits ? Optional.of(new NextPrompt(dialect, sent, form.get(), prompt, answer)) : Optional.empty();
        } catch (PromptNotUnderstood e) {
            return Optional.empty();
        }
    }

    /**
     * Returns a request for the very prompt that was sent, with nothing behind it and no answer asked for.
     *
     * @param sent a request's body, as the engine got it
     * @return empty if no conversation goes on in this dialect, or if the body is not understood
     */
    public static Optional<byte[]> asSent(Dialect dialect, byte[] sent, NoAnswer asked) {
        Optional<Form> form = Form.of(dialect);
        try {
            Prompt prompt = dialect.read(sent);
            Emitted none = new Emitted("", "", List.of());
            return form.flatMap(found -> new NextPrompt(dialect, sent, found, prompt, none).body(asked, AS_SENT));
        } catch (PromptNotUnderstood e) {
            return Optional.empty();
        }
    }

    /**
     * Returns how many bytes of this prompt the engine would read again at the next turn, about: more than none only if
     * the template prints a finished turn in another way than a running one.
     *
     * @param strips whether reasoning of a finished turn is gone from the next user turn on; taken as yes if that is not
     *     known
     * @param tools where the template prints the tools
     */
    public int rereadBytes(Truth strips, ToolsPlace tools) {
        List<Message> messages = prompt.messages();
        int user = lastUser();
        int end = messages.get(messages.size() - 1).range().end();
        int said = answer.text().length();
        if (tools == ToolsPlace.BEFORE_LAST_USER && prompt.tools().isPresent()) {
            return end - messages.get(user).range().start() + said;
        }
        if (strips == Truth.NO) {
            return 0;
        }
        for (Message message : messages.subList(user, messages.size())) {
            if (message.role() == Role.ASSISTANT) {
                return end - message.range().start() + said;
            }
        }
        return answer.reasoning().isEmpty() ? 0 : said;
    }

    private int lastUser() {
        List<Message> messages = prompt.messages();
        int user = messages.size() - 1;
        while (user > 0 && messages.get(user).role() != Role.USER) {
            user--;
        }
        return user;
    }

    /**
     * Returns the requests to send, one after the other, each a longer start of the same prompt and the last one all of
     * it: an engine that is busy with a short one is free again soon. They end where a step of the tool loop does.
     *
     * @param asked how to ask for no answer
     * @param bytes how much a request is to have more than the one before, at least; {@link Integer#MAX_VALUE} for one
     *     request
     * @return none if the conversation stands in a form that nothing can be added to
     */
    public List<byte[]> bodies(NoAnswer asked, int bytes) {
        List<byte[]> bodies = new ArrayList<>();
        for (int end : stepEnds(bytes)) {
            body(asked, end).ifPresent(bodies::add);
        }
        body(asked, ALL).ifPresent(bodies::add);
        return bodies;
    }

    /**
     * Returns the offsets behind steps of the tool loop that are so far apart. The first step that counts is the first
     * with reasoning: up to there the engine holds what it needs, and a shorter prompt would make it forget that.
     */
    private List<Integer> stepEnds(int bytes) {
        List<Message> messages = prompt.messages();
        List<Integer> ends = new ArrayList<>();
        int from = lastUser();
        while (from < messages.size() && !tellsReasoning(messages.get(from))) {
            from++;
        }
        int last = from < messages.size() ? messages.get(from).range().start() : 0;
        for (int i = from; i + 1 < messages.size(); i++) {
            int end = messages.get(i).range().end();
            boolean stepEnds =
                    messages.get(i).role() == Role.TOOL && messages.get(i + 1).role() == Role.ASSISTANT;
            if (stepEnds && end - last >= bytes) {
                ends.add(end);
                last = end;
            }
        }
        return ends;
    }

    /** In these dialects a message without reasoning has a place for it. */
    private boolean tellsReasoning(Message message) {
        boolean hasPlaces = dialect == Dialect.CHAT_COMPLETIONS || dialect == Dialect.RESPONSES;
        return hasPlaces
                && message.role() == Role.ASSISTANT
                && message.reasoningGap().isEmpty();
    }

    /**
     * Returns the request to send; everything that is not about its length or its form of answer is as it was sent.
     *
     * @return empty if the conversation stands in a form that nothing can be added to
     */
    Optional<byte[]> body(NoAnswer asked) {
        return body(asked, ALL);
    }

    /**
     * @param end how much of the conversation is wanted: an offset behind one of its messages; {@link #AS_SENT} for what
     *     was sent and nothing behind it
     */
    private Optional<byte[]> body(NoAnswer asked, int end) {
        boolean progress = asked.progress() && form.limits().contains("max_completion_tokens");
        try {
            List<Splice> splices = new ArrayList<>();
            JsonCursor cursor = new JsonCursor(sent, 0, sent.length);
            cursor.enter('{');
            int head = cursor.offset();
            boolean appended = false;
            boolean limited = false;
            boolean streams = false;
            while (cursor.nextMember()) {
                if (cursor.keyIs(form.conversation()) && cursor.peek() == '[') {
                    if (end == AS_SENT) {
                        cursor.value();
                    } else {
                        splices.add(tail(cursor, end));
                    }
                    appended = true;
                } else if (form.limits().contains(cursor.key())) {
                    limited |= form.limitsInside().isEmpty();
                    Range value = cursor.value();
                    if (form.limitsInside().isEmpty()) {
                        splices.add(new Splice(value, number(asked.tokens())));
                    }
                } else if (!form.limitsInside().isEmpty()
                        && cursor.keyIs(form.limitsInside())
                        && cursor.peek() == '{') {
                    limited = true;
                    limitInside(cursor.value(), asked, splices);
                } else if (cursor.keyIs("stream")) {
                    splices.add(new Splice(cursor.value(), ascii(Boolean.toString(progress))));
                    streams = true;
                } else if (cursor.keyIs("stream_options")) {
                    splices.add(new Splice(cursor.value(), ascii("null"))); // vLLM refuses it without a stream
                } else if (cursor.keyIs("min_tokens")) {
                    splices.add(new Splice(cursor.value(), number(0)));
                } else if (cursor.keyIs("return_progress")) {
                    splices.add(new Splice(cursor.value(), ascii(Boolean.toString(progress))));
                } else {
                    cursor.value();
                }
            }
            StringBuilder added = new StringBuilder();
            if (!limited) {
                added.append(limitField(asked));
            }
            if (!streams) {
                added.append("\"stream\":").append(progress).append(',');
            }
            if (progress) {
                added.append("\"return_progress\":true,");
            }
            splices.add(Splice.insert(head, ascii(added.toString())));
            return appended ? Optional.of(Splice.apply(sent, splices)) : Optional.empty();
        } catch (NotJson e) {
            return Optional.empty();
        }
    }

    private void limitInside(Range object, NoAnswer asked, List<Splice> splices) throws NotJson {
        JsonCursor inside = new JsonCursor(sent, object.start(), object.end());
        inside.enter('{');
        int head = inside.offset();
        boolean limited = false;
        boolean empty = true;
        while (inside.nextMember()) {
            empty = false;
            boolean limit = form.limits().contains(inside.key());
            Range value = inside.value();
            if (limit) {
                splices.add(new Splice(value, number(asked.tokens())));
                limited = true;
            }
        }
        if (!limited) {
            splices.add(Splice.insert(head, ascii("\"" + form.limit() + "\":" + asked.tokens() + (empty ? "" : ","))));
        }
    }

    private String limitField(NoAnswer asked) {
        String field = "\"" + form.limit() + "\":" + asked.tokens();
        return form.limitsInside().isEmpty() ? field + "," : "\"" + form.limitsInside() + "\":{" + field + "},";
    }

    /** Moves over the conversation and puts the start of the user's next words behind what is wanted of it. */
    private Splice tail(JsonCursor cursor, int end) throws NotJson {
        int wanted = NOWHERE;
        cursor.enter('[');
        while (cursor.nextElement()) {
            Range element = cursor.value();
            // A dialect may write several messages in one element.
            wanted = wanted == NOWHERE && element.end() >= end ? element.end() : wanted;
        }
        int close = cursor.offset() - 1;
        return wanted == NOWHERE
                ? Splice.insert(close, tail())
                : new Splice(new Range(wanted, close), ascii("," + form.user()));
    }

    /** The answer as the agent will send it, and the start of the user's next words. */
    private byte[] tail() {
        Form.Around around = form.around(answersInParts());
        byte[] text = JsonString.escape(answer.text());
        byte[] before = ascii("," + around.before());
        byte[] after = ascii(around.after() + "," + form.user());
        byte[] tail = new byte[before.length + text.length + after.length];
        System.arraycopy(before, 0, tail, 0, before.length);
        System.arraycopy(text, 0, tail, before.length, text.length);
        System.arraycopy(after, 0, tail, before.length + text.length, after.length);
        return tail;
    }

    /** Engines may print a string and a list of parts differently, so the agent's own earlier answers tell. */
    private boolean answersInParts() {
        List<Message> messages = prompt.messages();
        for (int i = messages.size() - 1; i >= 0; i--) {
            Message message = messages.get(i);
            if (message.role() == Role.ASSISTANT && !message.texts().isEmpty()) {
                return message.content().length() > 0 && sent[message.content().start()] == '[';
            }
        }
        return false;
    }

    private static byte[] number(int value) {
        return ascii(Integer.toString(value));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Bytes that take the place of others. */
    @SuppressWarnings("ArrayRecordComponent") // made once, read once
    private record Splice(Range range, byte[] bytes) {
        static Splice insert(int at, byte[] bytes) {
            return new Splice(new Range(at, at), bytes);
        }

        static byte[] apply(byte[] body, List<Splice> splices) {
            List<Splice> sorted = new ArrayList<>(splices);
            sorted.sort(Comparator.comparingInt(splice -> splice.range().start()));
            int length = body.length;
            for (Splice splice : sorted) {
                length += splice.bytes().length - splice.range().length();
            }
            byte[] out = new byte[length];
            int from = 0;
            int to = 0;
            for (Splice splice : sorted) {
                int kept = splice.range().start() - from;
                System.arraycopy(body, from, out, to, kept);
                System.arraycopy(splice.bytes(), 0, out, to + kept, splice.bytes().length);
                to += kept + splice.bytes().length;
                from = splice.range().end();
            }
            System.arraycopy(body, from, out, to, body.length - from);
            return out;
        }
    }
}
