package io.kvkeep.doctor;

import java.util.ArrayList;
import java.util.List;

/** Makes all checks, in the order in which a reader can do something about them. */
final class Doctor {
    private static final List<Check> CHECKS = List.of(
            new EngineCheck(),
            new ContextCheck(),
            new KeepAliveCheck(),
            new SlotsCheck(),
            new ReportingCheck(),
            new ModelCheck(),
            new ChangesCheck(),
            new AgentsCheck());

    private Doctor() {}

    static List<Finding> examine(Seen seen) {
        List<Finding> findings = new ArrayList<>();
        CHECKS.forEach(check -> findings.addAll(check.look(seen)));
        return findings;
    }
}
