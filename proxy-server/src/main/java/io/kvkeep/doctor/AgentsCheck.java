package io.kvkeep.doctor;

import io.kvkeep.probe.EngineHttp;
import io.kvkeep.setup.AgentSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says of each agent on this machine whether its prompts come through kvkeep. Addresses elsewhere are left out. */
final class AgentsCheck implements Check {
    private static final String NAME = "agent";
    private static final String USUAL_PROXY = "http://127.0.0.1:11435";

    @Override
    public List<Finding> look(Seen seen) {
        List<Finding> findings = new ArrayList<>();
        for (AgentSetup agent : seen.agents()) {
            boolean other = seen.agents().stream()
                    .anyMatch(one -> one.agent().equals(agent.agent()) && isProxied(seen, one) && !one.equals(agent));
            look(seen, agent, other).ifPresent(findings::add);
        }
        return findings;
    }

    private static boolean isProxied(Seen seen, AgentSetup agent) {
        return seen.proxy().filter(agent::goesTo).isPresent();
    }

    private static Optional<Finding> look(Seen seen, AgentSetup agent, boolean alsoProxied) {
        String what = agent.where() + " is " + agent.url();
        if (isProxied(seen, agent)) {
            return Optional.of(agent.endsWithV1() == agent.wantsV1() ? good(agent, what) : path(agent, what));
        }
        String proxy = seen.proxy().orElse(USUAL_PROXY);
        String change = agent.where() + ": " + agent.through(proxy);
        if (agent.goesTo(seen.engine().address().url())) {
            String costs = "its prompts go past kvkeep: what the agent rebuilds is read again, and nothing is counted";
            if (alsoProxied) {
                return Optional.of(Finding.note(
                        NAME,
                        agent.agent(),
                        what + ", the engine itself; another entry goes" + " through kvkeep",
                        "with this entry, " + costs,
                        change));
            }
            return Optional.of(
                    seen.proxied()
                            ? Finding.problem(NAME, agent.agent(), what + ", the engine itself", costs, change)
                            : Finding.note(
                                    NAME,
                                    agent.agent(),
                                    what + ", the engine itself",
                                    "what the agent rebuilds is read again at each turn that changes it",
                                    "kvkeep serve --engine "
                                            + seen.engine().address().url(),
                                    change));
        }
        if (!agent.isOnThisMachine() || answers(agent)) {
            return Optional.empty();
        }
        return Optional.of(Finding.problem(
                NAME,
                agent.agent(),
                what + ", where nothing answers",
                "the agent gets no answer",
                seen.proxied() || !agent.goesTo(USUAL_PROXY)
                        ? change
                        : "start kvkeep: kvkeep serve --engine "
                                + seen.engine().address().url()));
    }

    private static Finding good(AgentSetup agent, String what) {
        return Finding.good(NAME, agent.agent(), what + ", kvkeep");
    }

    private static Finding path(AgentSetup agent, String what) {
        String wanted = agent.url().getScheme() + "://" + agent.url().getAuthority();
        return Finding.problem(
                NAME,
                agent.agent(),
                what + (agent.wantsV1() ? ", without /v1 at its end" : ", with /v1 at its end"),
                agent.wantsV1()
                        ? "the engine serves no path that begins without it: HTTP 404"
                        : "the agent adds /v1 itself, and asks for /v1/v1/messages: HTTP 404",
                agent.where() + ": " + agent.through(wanted));
    }

    private static boolean answers(AgentSetup agent) {
        String address = agent.url().getScheme() + "://" + agent.url().getAuthority();
        return new EngineHttp(EngineHttp.client(), address).get("/").came();
    }
}
