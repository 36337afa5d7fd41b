package io.kvkeep.recording;

import java.io.IOException;

/** A file is no recording, or one of another version; the message is meant for the user. */
public final class NotARecording extends IOException {
    private static final long serialVersionUID = 1;

    NotARecording(String message) {
        super(message);
    }
}
