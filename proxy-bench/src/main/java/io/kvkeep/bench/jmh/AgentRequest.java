package io.kvkeep.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvkeep.bench.agent.AgentBody;
import io.kvkeep.bench.agent.RequestTemplate;
import io.kvkeep.bench.engine.Pace;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.ledger.LedgerView;
import io.kvkeep.note.NoteTag;
import io.kvkeep.plan.Capabilities;
import io.kvkeep.plan.Incoming;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Rewrite;
import io.kvkeep.plan.Rewriter;
import io.kvkeep.profile.Profile;
import io.kvkeep.profile.ProfileReader;
import io.kvkeep.profile.Profiles;
import io.kvkeep.prompt.PromptNotUnderstood;
import io.kvkeep.yaml.YamlNotValid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One request of an agent as the load program sends it, with all that the core needs to rewrite it. */
@State(Scope.Benchmark)
public class AgentRequest {
    /** The size of the body: a first question, a usual step, a long history. */
    @Param({"2048", "122880", "1048576"})
    int bytes;

    Rewriter rewriter;
    Incoming incoming;

    /** Writes the body and reads the profiles. */
    @Setup
    public void prepare() throws IOException, YamlNotValid {
        RequestTemplate template = new RequestTemplate(AgentBody.of(bytes, true, new Pace(8, 0)));
        template.request(1);
        ByteBuffer filled = template.body();
        byte[] body = new byte[filled.remaining()];
        filled.get(body);
        Dialect dialect = Dialect.of("POST", "/v1/chat/completions").orElseThrow();
        incoming = new Incoming(dialect, body, "", new NoteTag("0123456789abcdef"));
        rewriter = new Rewriter(Profiles.of(List.of(profile("hermes.yaml")), profile("generic.yaml")));
    }

    Rewrite rewrite() throws PromptNotUnderstood {
        return rewriter.rewrite(incoming, LedgerView.EMPTY, Capabilities.UNKNOWN, Policy.DEFAULT);
    }

    private static Profile profile(String name) throws IOException, YamlNotValid {
        try (InputStream in = Profile.class.getResourceAsStream("/kvkeep/profiles/" + name)) {
            if (in == null) {
                throw new IOException("no profile " + name + " on the class path");
            }
            return ProfileReader.read(name, new String(in.readAllBytes(), UTF_8));
        }
    }
}
