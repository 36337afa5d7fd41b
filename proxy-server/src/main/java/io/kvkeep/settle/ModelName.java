package io.kvkeep.settle;

import io.kvkeep.prompt.Prompt;

/** The name of a model as it may stand in labels, keys and logs: clients can send any text in its place. */
public final class ModelName {
    /** What stands for a name that is missing, too long, or not one line of text. */
    public static final String UNKNOWN = "unknown";

    private static final int MAX_CHARS = 128;

    private ModelName() {}

    /** Returns the model that a prompt asks for. */
    public static String of(Prompt prompt) {
        String name = prompt.model().orElse(UNKNOWN);
        boolean usable = !name.isBlank() && name.length() <= MAX_CHARS && isOneLine(name);
        return usable ? name : UNKNOWN;
    }

    private static boolean isOneLine(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
