package io.kvkeep.profile;

import java.util.List;

/** The keys of each mapping in a profile file; the schema for editors lists the same. */
final class ProfileKeys {
    static final List<String> PROFILE = List.of(
            "agent",
            "extends",
            "versions",
            "recognise",
            "session",
            "side-requests",
            "sections",
            "first-user-sections",
            "ephemeral",
            "never-touch");
    static final List<String> RECOGNISE = List.of(
            "user-agent-starts",
            "headers",
            "system-starts",
            "system-lines",
            "system-contains",
            "first-user-starts",
            "tools");
    static final List<String> HEADER = List.of("name", "starts");
    static final List<String> SESSION = List.of("headers", "body", "system-lines");
    static final List<String> SYSTEM_LINE = List.of("starts", "matches", "seen", "example");
    static final List<String> SIDE_REQUEST =
            List.of("name", "starts", "system-starts", "first-user-starts", "last-user-starts", "headers", "seen");
    static final List<String> SECTION = List.of(
            "name", "kind", "stability", "starts", "until", "through", "matches", "seen", "example", "near-miss");
    static final List<String> EPHEMERAL = List.of(
            "name", "in", "where", "action", "starts", "until", "through", "matches", "seen", "example", "near-miss");
    static final List<String> NEVER_TOUCH = List.of("name", "starts", "until", "through", "seen", "example");

    private ProfileKeys() {}
}
