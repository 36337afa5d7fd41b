package io.kvkeep.config;

import io.kvkeep.config.Effective.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a configuration that was read anew changes in the one that holds.
 *
 * @param config what holds from now on
 * @param made settings that have another value from now on
 * @param waiting settings that have another value from the next start on
 */
public record Change(Config config, List<Row> made, List<Row> waiting) {
    /** Copies the lists. */
    public Change {
        made = List.copyOf(made);
        waiting = List.copyOf(waiting);
    }

    /** Compares a configuration without problems with the one that holds. */
    public static Change of(Config running, Effective next) {
        List<Row> before = new Effective(running, Map.of(), List.of(), List.of()).rows();
        List<Row> after = next.rows();
        List<Row> made = new ArrayList<>();
        List<Row> waiting = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            if (!after.get(i).value().equals(before.get(i).value())) {
                (Settings.AT_START.contains(Settings.ALL.get(i)) ? waiting : made).add(after.get(i));
            }
        }
        return new Change(next.config().startedAs(running), made, waiting);
    }
}
