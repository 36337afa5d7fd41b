package io.kvkeep.replay;

import io.kvkeep.note.Deliver;
import io.kvkeep.plan.Placement;
import io.kvkeep.plan.Policy;
import io.kvkeep.plan.Policy.StableChanges;
import io.kvkeep.section.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What is done with prompts in one run.
 *
 * @param name as it was given, such as {@code end-of-system} or {@code auto+stable-changes:note}
 * @param rewrites false if they go out as they came
 */
public record ReplayPolicy(String name, boolean rewrites, Policy policy) {
    static final String AS_IT_CAME = "as-it-came";

    /** Those that are compared unless others are named. */
    static final List<String> USUAL = List.of(AS_IT_CAME, "end-of-system", "auto", "stable-changes:note");

    /**
     * Reads a policy: words joined by {@code +}.
     *
     * @throws IllegalArgumentException if a word is none; the message is meant for the user
     */
    public static ReplayPolicy of(String name) {
        if (name.equals(AS_IT_CAME)) {
            return new ReplayPolicy(name, false, Policy.DEFAULT);
        }
        Policy policy = Policy.DEFAULT;
        for (String word : name.split("\\+", -1)) {
            policy = with(policy, word, name);
        }
        return new ReplayPolicy(name, true, policy);
    }

    private static Policy with(Policy policy, String word, String name) {
        if (word.equals("stable-changes:note")) {
            return new Policy(policy.placement(), policy.leftOut(), policy.deliver(), StableChanges.NOTE);
        }
        if (word.equals("deliver:next-user")) {
            return new Policy(policy.placement(), policy.leftOut(), Deliver.NEXT_USER, policy.stableChanges());
        }
        if (word.endsWith(":left-out")) {
            String kind = word.substring(0, word.length() - ":left-out".length());
            Set<Kind> leftOut = EnumSet.noneOf(Kind.class);
            leftOut.addAll(policy.leftOut());
            leftOut.add(Kind.of(kind).orElseThrow(() -> wrong(name)));
            return new Policy(policy.placement(), leftOut, policy.deliver(), policy.stableChanges());
        }
        return policy.withPlacement(Placement.of(word).orElseThrow(() -> wrong(name)));
    }

    private static IllegalArgumentException wrong(String name) {
        return new IllegalArgumentException("no policy " + name + "; " + AS_IT_CAME
                + ", or one or more of auto, first-user, end-of-system, off, stable-changes:note, deliver:next-user,"
                + " memory:left-out joined by +");
    }
}
