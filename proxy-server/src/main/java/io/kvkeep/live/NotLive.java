package io.kvkeep.live;

/** No kvkeep tells of itself at an address; the message is meant for the user. */
public final class NotLive extends Exception {
    private static final long serialVersionUID = 1;

    NotLive(String message) {
        super(message);
    }
}
