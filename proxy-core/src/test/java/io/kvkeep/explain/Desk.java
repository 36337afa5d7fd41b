package io.kvkeep.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kvkeep.answer.Emitted;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.fixture.BuiltIn;
import io.kvkeep.fixture.MemoryLedger;
import io.kvkeep.ledger.Lane;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Capabilities.CacheKind;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Plan;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.reuse.ReportedUsage;
import io.kvkeep.reuse.Stretches;
import io.kvkeep.template.LateSystem;
import io.kvkeep.template.ToolsPlace;
import io.kvkeep.template.Truth;
import io.kvkeep.yaml.YamlNotValid;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An agent called Pilot whose prompts are explained, with an engine that reports what a test says. */
final class Desk {
    static final long START_MILLIS = 1_795_000_000_000L;

    private static final String PROFILE = """
            agent: pilot
            versions: any
            recognise:
              system-contains: ["You are Pilot."]
            session: {headers: [x-session]}
            sections:
              - name: rules
                kind: context-file
                stability: stable
                starts: ["Rules: "]
                until: [line-end]
              - name: log
                kind: memory
                stability: volatile
                starts: ["Log: "]
                until: [line-end]
            side-requests:
              - name: title
                last-user-starts: "Name this talk"
            """;

    final MemoryLedger ledger = new MemoryLedger();
    long millis = START_MILLIS;
    long backSinceMillis;
    boolean rewrites = true;
    String session = "";
    private @Nullable Rewrite rewritten;

    Plan plan = Plan.NOTHING;
    /** How much of the prompts' start other comparisons have found to be the same. */
    int reusedBytes;

    private long number;
    private Capabilities capabilities = new Capabilities(true, CacheKind.SLOTS);
    private Truth printsDate = Truth.UNKNOWN;
    private final Rewriter rewriter;
    private final Explainer explainer = new Explainer(new Outliner());

    Desk() {
        try {
            rewriter = new Rewriter(Profiles.of(List.of(ProfileReader.read("pilot.yaml", PROFILE)), BuiltIn.generic()));
        } catch (YamlNotValid e) {
            throw new AssertionError(e);
        }
    }

    /** Returns what was sent last. */
    Rewrite rewrite() {
        return requireNonNull(rewritten);
    }

    Desk with(CacheKind cacheKind, ToolsPlace tools, Truth strips, Truth date) {
        capabilities = new Capabilities(true, cacheKind, tools, LateSystem.UNKNOWN, strips, Optional.empty());
        printsDate = date;
        return this;
    }

    /** Sends a prompt of which the engine reports nothing. */
    Explanation send(String body) throws PromptNotUnderstood {
        return send(body, -1, -1);
    }

    /** Sends a prompt a minute after the one before; the model says {@code Aye.}. */
    Explanation send(String body, long promptTokens, long cachedTokens) throws PromptNotUnderstood {
        return send(body, promptTokens, cachedTokens, new Emitted("Aye.", "", List.of()));
    }

    Explanation send(String body, long promptTokens, long cachedTokens, Emitted answer) throws PromptNotUnderstood {
        millis += 60_000;
        Incoming incoming = new Incoming(
                Dialect.CHAT_COMPLETIONS,
                body.getBytes(UTF_8),
                name -> name.equals("x-session") ? session : "",
                new NoteTag("5eed5eed5eed5eed"),
                7,
                "engine");
        Rewrite rewrite = rewriter.rewrite(incoming, ledger, capabilities, Policy.DEFAULT);
        rewritten = rewrite;
        Lane lane = ledger.keep(rewrite.entry());
        ledger.answer(lane, answer);
        ReportedUsage usage = new ReportedUsage(told(promptTokens), told(cachedTokens));
        plan = rewrites ? rewrite.plan() : Plan.NOTHING;
        Stretches.Pair stretches = Stretches.Pair.of(rewrite.prompt(), rewrite.fingerprints(), plan);
        return explainer.explain(
                new Explainer.Told(rewrite, plan, stretches, lane.id(), millis, usage, ++number),
                new EngineState(capabilities, printsDate, backSinceMillis),
                reusedBytes,
                reusedBytes);
    }

    private static OptionalLong told(long tokens) {
        return tokens < 0 ? OptionalLong.empty() : OptionalLong.of(tokens);
    }

    static String body(String... messages) {
        return "{\"messages\":[" + String.join(",", messages) + "]}";
    }

    static String body(String tools, List<String> messages) {
        return "{\"tools\":[" + tools + "],\"messages\":[" + String.join(",", messages) + "]}";
    }

    static String tool(String name, String words) {
        return "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"description\":\"" + words + "\"}}";
    }

    static String system(String rules, String log) {
        return said(
                "system",
                "You are Pilot.\\n\\nRules: " + rules + "\\n\\nBe kind." + "\\n\\nLog: " + log + "\\n\\nEnd.");
    }

    static String user(String words) {
        return said("user", words);
    }

    static String assistant(String words) {
        return said("assistant", words);
    }

    static String call(String arguments) {
        return "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"gauge\",\"arguments\":\"" + arguments + "\"}}]}";
    }

    static String result(String words) {
        return "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"" + words + "\"}";
    }

    private static String said(String role, String words) {
        return "{\"role\":\"" + role + "\",\"content\":\"" + words + "\"}";
    }
}
