package io.kvkeep.repeat;

/** Where the answer to a determined request comes from. */
public sealed interface Found {
    /** Returns the answer as this client takes it. */
    AnswerSource source();

    /** Returns the name of this case in the answer's header and in the metrics. */
    String id();

    /** It was kept. */
    record Hit(AnswerSource source) implements Found {
        @Override
        public String id() {
            return "hit";
        }
    }

    /** Somebody has asked for it, and it is on its way. */
    record Shared(AnswerSource source) implements Found {
        @Override
        public String id() {
            return "shared";
        }
    }

    /**
     * The engine has to be asked.
     *
     * @param answer where its answer goes
     */
    record Miss(AnswerSource source, SharedAnswer answer) implements Found {
        @Override
        public String id() {
            return "miss";
        }
    }
}
