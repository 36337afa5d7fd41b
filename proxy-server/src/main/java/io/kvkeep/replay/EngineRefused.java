package io.kvkeep.replay;

/** A real engine does not answer, or not as an engine does; the message is meant for the user. */
final class EngineRefused extends Exception {
    private static final long serialVersionUID = 1;

    EngineRefused(String message) {
        super(message);
    }
}
