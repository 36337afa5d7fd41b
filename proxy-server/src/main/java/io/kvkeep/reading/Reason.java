package io.kvkeep.reading;

import java.util.Locale;

/** Why a prompt is certain to be asked for, so that it can be read ahead. */
public enum Reason {
    /** A turn has ended, and the template prints it in another way once the user speaks. */
    NEXT_TURN,
    /** The engine was gone and is back: it holds nothing of the lanes in use. */
    RESTART,
    /** The template prints another date since midnight: what the engine holds of any lane begins otherwise. */
    MIDNIGHT,
    /** The lane's notes were folded into one clean prompt. */
    REBASE,
    /** Nothing is read: Ollama is asked to keep the model, and with it its cache. */
    KEEP_LOADED;

    /** Tells whether the engine holds nothing of use of any lane. */
    public boolean lostAll() {
        return this == RESTART || this == MIDNIGHT;
    }

    /** Returns the name, also a label in the metrics. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
