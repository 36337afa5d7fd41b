package io.kvkeep.bench.report;

import io.kvkeep.bench.compare.Comparison;
import io.kvkeep.bench.compare.Machine;
import io.kvkeep.bench.compare.Peer;
import io.kvkeep.bench.compare.Peers;
import io.kvkeep.bench.compare.Plan;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What stands above the tables: how they came to be, and where. */
public final class Preface {
    private final Machine machine;
    private final String machineText;
    private final Plan plan;
    private final String command;

    /** Describes the machine now, before the load of the comparison itself is on it. */
    public Preface(Machine machine, Plan plan, String command) throws IOException {
        this.machine = machine;
        this.machineText = machine.describe();
        this.plan = plan;
        this.command = command;
    }

    /** The lines above the tables, once the comparison is done. */
    public String text(Peers peers, Comparison comparison) {
        StringBuilder text = new StringBuilder();
        text.append("    ").append(command).append("\n\n");
        item(text, "On " + LocalDate.now(ZoneOffset.UTC) + ": " + machineText);
        item(
                text,
                machine.canPin()
                        ? "Engine and load on one core, the proxy on another; loopback, no TLS"
                        : "Nothing is bound to a core: taskset or a second core is missing");
        item(
                text,
                "Java " + Runtime.version() + "; "
                        + String.join(
                                ", ",
                                peers.found().stream()
                                        .filter(peer -> !comparison.failed().containsKey(peer.name()))
                                        .map(Peer::title)
                                        .toList()));
        item(
                text,
                "Rounds: " + comparison.rounds() + " of " + plan.runMillis() + " ms for each peer and cell."
                        + " Median over rounds (smallest..largest), x: as a multiple of " + Figures.REFERENCE);
        peers.missing().forEach((name, reason) -> item(text, name + " left out: " + reason));
        comparison.failed().forEach((name, reason) -> item(text, name + " failed: " + reason.replaceAll("\\s+", " ")));
        return text.toString();
    }

    private static void item(StringBuilder text, String line) {
        text.append("- ").append(line).append('\n');
    }
}
