package io.kvkeep.replay;

import io.kvkeep.answer.Emitted;
import io.kvkeep.json.JsonCursor;
import io.kvkeep.json.JsonString;
import io.kvkeep.json.NotJson;
import io.kvkeep.json.Range;
import io.kvkeep.prompt.Message;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.Role;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A prompt and its answer as one text, in the order in which most chat templates print them: system text, tools,
 * messages, the answer. Reasoning is left out, as most templates do.
 *
 * @param bytes in UTF-8
 * @param promptBytes how many of them are the prompt
 * @param userStarts where messages of the user and results of tools begin
 */
@SuppressWarnings("ArrayRecordComponent") // long, made once, read once
public record Rendered(byte[] bytes, int promptBytes, List<Integer> userStarts) {
    private static final byte[] ASSISTANT = turn("assistant");

    /** Copies the list. */
    public Rendered {
        userStarts = List.copyOf(userStarts);
    }

    /** Returns how many bytes stand before the words with which an answer begins. */
    public int messagesBytes() {
        return promptBytes - ASSISTANT.length;
    }

    /** Renders a prompt as it was sent. */
    public static Rendered of(Prompt prompt, Optional<Emitted> answer) throws NotJson {
        ByteArrayOutputStream out = new ByteArrayOutputStream(prompt.body().length);
        List<Integer> users = new ArrayList<>();
        for (JsonString text : prompt.systemTexts()) {
            out.writeBytes(utf8(text.text()));
            out.write('\n');
        }
        if (prompt.tools().isPresent()) {
            Range tools = prompt.tools().get();
            out.write(prompt.body(), tools.start(), tools.length());
        }
        for (Message message : prompt.conversation()) {
            if (message.role() == Role.USER || message.role() == Role.TOOL) {
                users.add(out.size());
            }
            message(out, prompt.body(), message);
        }
        out.writeBytes(ASSISTANT);
        int promptBytes = out.size();
        if (answer.isPresent()) {
            out.writeBytes(utf8(answer.get().text()));
            for (Emitted.Call call : answer.get().calls()) {
                call(out, call.name(), call.arguments());
            }
        }
        return new Rendered(out.toByteArray(), promptBytes, users);
    }

    private static void message(ByteArrayOutputStream out, byte[] body, Message message) throws NotJson {
        out.writeBytes(turn(message.role().name().toLowerCase(Locale.ROOT)));
        for (JsonString text : message.texts()) {
            out.writeBytes(utf8(text.text()));
        }
        for (Range media : message.media()) {
            out.write(body, media.start(), media.length());
        }
        for (Message.Call call : message.calls()) {
            Range arguments = call.arguments();
            call(
                    out,
                    call.name().text(),
                    body[arguments.start()] == '"'
                            ? new JsonCursor(body, arguments.start(), arguments.end())
                                    .string()
                                    .text()
                            : new String(body, arguments.start(), arguments.length(), StandardCharsets.UTF_8));
        }
        out.writeBytes(utf8("<end>"));
    }

    private static void call(ByteArrayOutputStream out, String name, String arguments) {
        out.writeBytes(utf8("\n<call " + name + ">" + arguments));
    }

    private static byte[] turn(String role) {
        return utf8("\n<" + role + ">\n");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
