package io.kvkeep.template;

/** The answer to a question that may be open. */
public enum Truth {
    YES,
    NO,
    /** Nobody has told, and nothing shows it. */
    UNKNOWN
}
