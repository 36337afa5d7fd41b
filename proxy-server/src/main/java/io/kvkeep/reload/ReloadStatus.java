package io.kvkeep.reload;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading the configuration last.
 *
 * @param file its path; missing if there is none
 * @param result an {@link Outcome}
 * @param lastReloadMillis when it was read last, in milliseconds since 1970; missing if only at the start
 * @param lastAppliedMillis when it was read without a mistake last
 * @param changed the keys that changed then
 * @param needsRestart the keys with another value that holds only after a restart
 * @param problems what was wrong, each with its place
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReloadStatus(
        @Nullable String file,
        String result,
        @Nullable Long lastReloadMillis,
        long lastAppliedMillis,
        List<String> changed,
        List<String> needsRestart,
        List<String> problems) {
    /** Copies the lists. */
    public ReloadStatus {
        changed = List.copyOf(changed);
        needsRestart = List.copyOf(needsRestart);
        problems = List.copyOf(problems);
    }
}
