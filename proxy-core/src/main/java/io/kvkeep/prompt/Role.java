package io.kvkeep.prompt;

import io.kvkeep.json.JsonString;

/** Who speaks in a message. */
public enum Role {
    /** Instructions of the agent. */
    SYSTEM("system"),
    /** Instructions of the agent, in newer OpenAI clients; every engine treats it as {@link #SYSTEM}. */
    DEVELOPER("developer"),
    /** The user, or an agent in the user's place. */
    USER("user"),
    /** The model. */
    ASSISTANT("assistant"),
    /** The result of a tool call. */
    TOOL("tool"),
    /** Anything else; such a message is never touched. */
    OTHER("");

    private final String wireName;

    Role(String wireName) {
        this.wireName = wireName;
    }

    /** Tells whether the message holds instructions of the agent. */
    public boolean instructs() {
        return this == SYSTEM || this == DEVELOPER;
    }

    /** Returns the role with that name, or {@link #OTHER}. */
    public static Role of(JsonString name) {
        for (Role role : values()) {
            if (role != OTHER && name.is(role.wireName)) {
                return role;
            }
        }
        return OTHER;
    }
}
