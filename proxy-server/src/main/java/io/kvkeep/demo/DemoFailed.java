package io.kvkeep.demo;

/** The demo can't go on; the message says why and what to do. */
public final class DemoFailed extends Exception {
    private static final long serialVersionUID = 1L;

    DemoFailed(String message) {
        super(message);
    }

    /** With the failure behind it. */
    public DemoFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
