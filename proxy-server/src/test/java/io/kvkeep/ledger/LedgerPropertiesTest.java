package io.kvkeep.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvkeep.plan.Reason;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What kvkeep promises of a whole conversation holds after every request of many that are drawn by chance. */
final class LedgerPropertiesTest {
    private static final int WORLDS = Integer.getInteger("kvkeep.worlds", 150);
    private static final int FIRST = Integer.getInteger("kvkeep.first-world", 0);
    private static final int STEPS = 60;

    /** What the worlds are drawn for. */
    private static final List<String> COVERED = List.of(
            "agent DATED",
            "agent HERMES",
            "agent PILOT",
            "agent PLAIN",
            "change all-rules",
            "change clock",
            "change one-rule",
            "change section-changed",
            "change section-gone",
            "change section-new",
            "change tool-gone",
            "change tool-new",
            "dialect chat-completions",
            "dialect messages",
            "dialect ollama-chat",
            "dialect responses",
            "request broken by the agent",
            "request first-contact",
            "request forked",
            "request linked",
            "request mark-changed",
            "request news in a retry",
            "request pinned",
            "request rebased",
            "request rebased behind another text",
            "request rebased over budget",
            "request rebased when the engine was gone",
            "request unchanged",
            "request waits",
            "request whole",
            "request with a late system message that speaks as the user",
            "request with a reminder in an older message",
            "request with its reasoning put back",
            "request without the place of a note",
            "standing conversation-started",
            "standing current-date",
            "standing workspace",
            "step alter-answer",
            "step at-once",
            "step beside another tenant",
            "step branch",
            "step compact",
            "step drop-tail",
            "step edit-old",
            "step engine-gone",
            "step eviction",
            "step late-system",
            "step open",
            "step other-model",
            "step refused",
            "step restart",
            "step resume",
            "step retry",
            "step side",
            "step tool",
            "step twin",
            "step user",
            "step user-behind-tool");

    private static final String PILOT = """
            agent: pilot
            versions: any
            recognise:
              system-contains: ["You are Pilot. "]
            session: {headers: [x-session]}
            sections:
              - name: billing
                kind: nonce
                stability: volatile
                starts: ["x-billing: "]
                until: [line-end]
            ephemeral:
              - name: watch
                in: user
                where: block
                action: replay
                starts: ["<watch>"]
                through: ["</watch>"]
            """;

    @Test
    void promisesHoldAfterEveryRequest() throws YamlNotValid, IOException {
        Rewriter rewriter = new Rewriter(
                Profiles.of(List.of(profile("hermes"), ProfileReader.read("pilot", PILOT)), profile("generic")));
        Coverage coverage = new Coverage();
        List<String> failures = new ArrayList<>();
        for (int seed = FIRST; seed < FIRST + WORLDS; seed++) {
            World world = new World(seed, rewriter, coverage);
            try {
                for (int step = 0; step < STEPS; step++) {
                    world.step();
                }
            } catch (Exception | AssertionError e) {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                failures.add("seed " + seed + ", " + world + "\n" + trace);
            }
        }
        System.out.println("What " + WORLDS + " worlds came to:\n" + coverage);
        assertThat(failures).isEmpty();
        assertThat(COVERED)
                .allSatisfy(what -> assertThat(coverage.of(what)).as(what).isPositive());
        for (Reason reason : Reason.values()) {
            assertThat(coverage.of("reason " + reason.id())).as(reason.id()).isPositive();
        }
    }

    private static Profile profile(String agent) throws YamlNotValid, IOException {
        try (InputStream in = Profile.class.getResourceAsStream("/kvkeep/profiles/" + agent + ".yaml")) {
            return ProfileReader.read(agent, new String(in.readAllBytes(), UTF_8));
        }
    }
}
