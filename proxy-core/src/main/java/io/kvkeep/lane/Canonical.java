package io.kvkeep.lane;

import io.kvkeep.answer.Emitted;
import io.kvkeep.json.CanonicalJson;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Message.Call;
import io.kvkeep.prompt.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * The canonical digest of one message: equal for everything that agents do to a message between two requests without
 * meaning another one.
 *
 * <p>It holds the role, the texts without white space at their ends, the names and arguments of calls, and media. It
 * leaves out blocks that come and go, ids, {@code name}, {@code cache_control} (of an image where it comes last),
 * reasoning (also where it stands in front of the words as a think block), the spelling of JSON and the order of keys in
 * arguments.
 */
final class Canonical {
    private static final byte[] NO_UTF8 = {};
    private static final byte TEXT = 't';
    private static final byte MEDIA = 'm';
    private static final byte CALL = 'c';
    /** Never part of UTF-8, so it parts what stands before and behind it. */
    private static final byte END = (byte) 0xff;

    private static final String THINK = "<think>";
    private static final String THINK_END = "</think>";

    private final MessageDigest sha = Digest.sha256();
    private final Words words;

    Canonical(Words words) {
        this.words = words;
    }

    Digest of(byte[] body, Message message) throws NotJson {
        Role role = message.role();
        sha.update(code(role));
        if (role == Role.OTHER) {
            add(MEDIA, body, message.range());
        }
        if (role == Role.ASSISTANT) {
            add(TEXT, spoken(joined(message.texts())));
        } else {
            for (JsonString text : message.texts()) {
                text(role, text);
            }
        }
        for (Range part : message.media()) {
            add(MEDIA, body, part);
        }
        for (Call call : message.calls()) {
            add(CALL, call.name().text());
            arguments(body, call.arguments());
        }
        return Digest.ofSha(sha.digest());
    }

    /** Returns the digest of the message as which an agent sends an answer back. */
    Digest of(Emitted answer) {
        sha.update(code(Role.ASSISTANT));
        add(TEXT, spoken(answer.text()));
        for (Emitted.Call call : answer.calls()) {
            add(CALL, call.name());
            arguments(call.arguments());
        }
        return Digest.ofSha(sha.digest());
    }

    /** Results of tools are long, and most count as they are: then their bytes need not become characters and back. */
    private void text(Role role, JsonString text) throws NotJson {
        byte[] utf8 = words.countAsTheyAre(role) ? text.utf8().orElse(NO_UTF8) : NO_UTF8;
        int from = 0;
        int to = utf8.length;
        while (from < to && isBlank(utf8[from])) {
            from++;
        }
        while (from < to && isBlank(utf8[to - 1])) {
            to--;
        }
        // What is no ASCII at an end may be white space too.
        if (from < to && utf8[from] >= 0 && utf8[to - 1] >= 0) {
            add(TEXT, utf8, new Range(from, to));
        } else {
            add(TEXT, words.of(role, text.text()).strip());
        }
    }

    private static boolean isBlank(byte b) {
        return b >= 0 && Character.isWhitespace(b);
    }

    /** Never to be changed: digests on disk hold it. */
    private static byte code(Role role) {
        return switch (role) {
            case SYSTEM, DEVELOPER -> 0;
            case USER -> 2;
            case ASSISTANT -> 3;
            case TOOL -> 4;
            case OTHER -> 5;
        };
    }

    private void arguments(byte[] body, Range value) throws NotJson {
        boolean isText = value.length() >= 2 && body[value.start()] == '"';
        if (isText) {
            arguments(new JsonString(body, value.start() + 1, value.end() - 1).text());
        } else {
            arguments(new String(body, value.start(), value.length(), StandardCharsets.UTF_8));
        }
    }

    private void arguments(String json) {
        byte[] form;
        try {
            form = CanonicalJson.of(json);
        } catch (NotJson e) {
            form = json.getBytes(StandardCharsets.UTF_8); // a model may spell anything; then the spelling counts
        }
        sha.update(form);
        sha.update(END);
    }

    /** An empty text counts as none: agents send null, an empty string or nothing beside calls. */
    private void add(byte kind, String text) {
        if (kind != TEXT || !text.isEmpty()) {
            sha.update(kind);
            sha.update(text.getBytes(StandardCharsets.UTF_8));
            sha.update(END);
        }
    }

    private void add(byte kind, byte[] body, Range range) {
        sha.update(kind);
        sha.update(body, range.start(), range.length());
        sha.update(END);
    }

    /** The words of one answer may come back in several parts or items, and are one text in the answer. */
    private static String joined(List<JsonString> texts) throws NotJson {
        if (texts.size() == 1) {
            return texts.get(0).text();
        }
        StringBuilder all = new StringBuilder();
        for (JsonString text : texts) {
            all.append(text.text());
        }
        return all.toString();
    }

    private static String spoken(String text) {
        String words = text.strip();
        int end = words.startsWith(THINK) ? words.indexOf(THINK_END) : -1;
        return end < 0 ? words : words.substring(end + THINK_END.length()).strip();
    }
}
