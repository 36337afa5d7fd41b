package io.kvkeep.replay;

/** A real engine does not take one prompt. */
final class PromptRefused extends Exception {
    private static final long serialVersionUID = 1;
}
