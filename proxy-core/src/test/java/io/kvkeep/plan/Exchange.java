package io.kvkeep.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.JsonTree;
import io.kvkeep.fixture.MemoryLedger;
import io.kvkeep.ledger.Lane;
import io.kvkeep.note.NoteTag;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.yaml.YamlNotValid;
import java.util.List;
import java.util.Map;

/** An agent called Pilot that talks to an engine by way of the core, with a ledger behind it. */
final class Exchange {
    static final NoteTag TAG = new NoteTag("5eed5eed5eed5eed");

    private static final String PROFILE = """
            agent: pilot
            versions: any
            recognise:
              system-contains: ["You are Pilot.", "x-billing: "]
            session: {headers: [x-session]}
            sections:
              - name: billing
                kind: nonce
                stability: volatile
                starts: ["x-billing: "]
                until: [line-end]
              - name: log
                kind: memory
                stability: volatile
                starts: ["Log: "]
                until: [line-end]
            ephemeral:
              - name: watch
                in: [user, tool]
                where: block
                action: replay
                starts: ["<watch>"]
                through: ["</watch>"]
              - name: tail
                in: user
                where: tail-message
                action: keep
                starts: ["<tail>"]
                through: ["</tail>"]
            """;

    final MemoryLedger ledger;
    private final Rewriter rewriter;
    private final Policy policy;
    private final Capabilities capabilities;

    Exchange(Policy policy, Capabilities capabilities) {
        this(policy, capabilities, new MemoryLedger());
    }

    private Exchange(Policy policy, Capabilities capabilities, MemoryLedger ledger) {
        this.ledger = ledger;
        this.policy = policy;
        this.capabilities = capabilities;
        try {
            rewriter = new Rewriter(Profiles.of(List.of(ProfileReader.read("pilot.yaml", PROFILE)), BuiltIn.generic()));
        } catch (YamlNotValid e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the same with another policy and the same ledger. */
    Exchange with(Policy other) {
        return new Exchange(other, capabilities, ledger);
    }

    /** Rewrites a request; the ledger does not keep it. */
    Rewrite rewrite(String body) throws PromptNotUnderstood {
        return rewrite(Dialect.CHAT_COMPLETIONS, body);
    }

    /** Rewrites a request in any dialect; the ledger does not keep it. */
    Rewrite rewrite(Dialect dialect, String body) throws PromptNotUnderstood {
        Incoming incoming = new Incoming(dialect, body.getBytes(UTF_8), "", TAG);
        return rewriter.rewrite(incoming, ledger, capabilities, policy);
    }

    /** Sends a request in any dialect that is answered with {@code Aye.}. */
    Rewrite send(Dialect dialect, String body) throws PromptNotUnderstood {
        return send(rewrite(dialect, body), new Emitted("Aye.", "", List.of()));
    }

    /** Sends a request and takes the answer. */
    Rewrite send(String body, Emitted answer) throws PromptNotUnderstood {
        return send(rewrite(body), answer);
    }

    private Rewrite send(Rewrite rewrite, Emitted answer) {
        Lane kept = ledger.keep(rewrite.entry());
        ledger.answer(kept, answer);
        return rewrite;
    }

    /** Sends a request that is answered with {@code Aye.}. */
    Rewrite send(String body) throws PromptNotUnderstood {
        return send(body, new Emitted("Aye.", "", List.of()));
    }

    /** Makes a body of a system text and of what the user says, with {@code Aye.} between. */
    static String talk(String system, String... user) {
        return "{\"messages\":[{\"role\":\"system\",\"content\":" + quoted(system) + "},{\"role\":\"user\",\"content\":"
                + String.join(
                        "},{\"role\":\"assistant\",\"content\":\"Aye.\"},{\"role\":\"user\",\"content\":",
                        List.of(user).stream().map(Exchange::quoted).toList())
                + "}]}";
    }

    /** Returns the text of a message as it is sent. */
    static String text(Rewrite rewrite, int message) {
        Object body = JsonTree.parse(rewrite.body());
        List<?> messages = JsonTree.list((Map<?, ?>) body, "messages");
        return String.valueOf(((Map<?, ?>) messages.get(message)).get("content"));
    }

    static List<Reason> reasons(Rewrite rewrite) {
        return rewrite.plan().edits().stream().map(Edit::reason).toList();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\n", "\\n") + '"';
    }
}
