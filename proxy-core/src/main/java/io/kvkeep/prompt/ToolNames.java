package io.kvkeep.prompt;

import io.kvkeep.json.Range;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of tools to look for in prompts. One pass over the bytes finds them without reading the tools, of which a prompt
 * may hold 70 KB: a name is a string of JSON by itself, which its mention in a description is not.
 */
public final class ToolNames {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final int BYTE_VALUES = 256;

    /** By the first byte; null where no name starts with it. */
    private final Name[][] names = new Name[BYTE_VALUES][];

    private final boolean any;

    /**
     * Looks for these.
     *
     * @throws IllegalArgumentException for a name that {@link #canHold} refuses
     */
    public ToolNames(Collection<String> wanted) {
        any = !wanted.isEmpty();
        for (String text : new HashSet<>(wanted)) {
            if (!canHold(text)) {
                throw new IllegalArgumentException("no name of a tool: " + text);
            }
            Name name = new Name(text, (text + '"').getBytes(StandardCharsets.US_ASCII));
            Name[] others = names[name.bytes[0]];
            List<Name> all = new ArrayList<>(others == null ? List.of() : List.of(others));
            all.add(name);
            names[name.bytes[0]] = all.toArray(Name[]::new);
        }
    }

    /** Tells whether a name can be looked for: letters, digits, dots, dashes and underscores. */
    public static boolean canHold(String name) {
        return PLAIN.matcher(name).matches();
    }

    /** Returns those that stand in the tools of a prompt. */
    public Set<String> in(Prompt prompt) {
        if (!any || prompt.tools().isEmpty()) {
            return Set.of();
        }
        byte[] body = prompt.body();
        Range tools = prompt.tools().get();
        Set<String> found = new HashSet<>();
        for (int at = tools.start() + 1; at < tools.end(); at++) {
            if (body[at - 1] == '"') {
                Name[] candidates = names[body[at] & 0xff];
                for (int i = 0; candidates != null && i < candidates.length; i++) {
                    if (candidates[i].isAt(body, at, tools.end())) {
                        found.add(candidates[i].text);
                    }
                }
            }
        }
        return found;
    }

    /** A name, and its bytes with the quotation mark behind it. */
    @SuppressWarnings("ArrayRecordComponent") // shared by nobody
    private record Name(String text, byte[] bytes) {
        boolean isAt(byte[] body, int at, int end) {
            if (end - at < bytes.length) {
                return false;
            }
            int same = 1; // the first one was looked up
            while (same < bytes.length && body[at + same] == bytes[same]) {
                same++;
            }
            return same == bytes.length;
        }
    }
}
