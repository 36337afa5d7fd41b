package io.kvkeep.template;

/** A small conversation of marker words; where they stand in the rendered prompt shows what a template does. */
public enum Trial {
    /** Two user turns: shows where tools stand, and the date. */
    TWO_TURNS(Trial.SYSTEM + Trial.FIRST_USER + Trial.ANSWER + Trial.LAST_USER),
    /** The same with a system message before the last user message. */
    LATE_SYSTEM(Trial.SYSTEM + Trial.FIRST_USER + Trial.ANSWER + Trial.LATE + Trial.LAST_USER),
    /** A tool loop under way: shows whether reasoning is printed at all. */
    TOOL_LOOP(Trial.SYSTEM + Trial.FIRST_USER + Trial.CALL),
    /** The loop finished and the next user turn begun: shows what is left of its reasoning. */
    NEXT_TURN(Trial.SYSTEM + Trial.FIRST_USER + Trial.CALL + Trial.ANSWER + Trial.LAST_USER);

    /** The one tool of every trial, as the JSON value of {@code tools}. */
    public static final String TOOLS = """
            [{"type":"function","function":{"name":"trialtool","description":"A tool for a trial.",\
            "parameters":{"type":"object","properties":{"word":{"type":"string","description":"A word."}},\
            "required":["word"]}}}]""";

    static final String SYSTEM_MARK = "trialsystem";
    static final String LATE_MARK = "triallate";
    static final String FIRST_USER_MARK = "trialfirst";
    static final String LAST_USER_MARK = "triallast";
    static final String REASONING_MARK = "trialreason";
    static final String TOOL_MARK = "trialtool";

    private static final String SYSTEM = "{\"role\":\"system\",\"content\":\"" + SYSTEM_MARK + "\"},";
    private static final String LATE = "{\"role\":\"system\",\"content\":\"" + LATE_MARK + "\"},";
    private static final String FIRST_USER = "{\"role\":\"user\",\"content\":\"" + FIRST_USER_MARK + "\"},";
    private static final String LAST_USER = "{\"role\":\"user\",\"content\":\"" + LAST_USER_MARK + "\"},";
    private static final String ANSWER = "{\"role\":\"assistant\",\"content\":\"trialanswer\"},";

    /**
     * Engines name reasoning differently: {@code reasoning_content} in llama.cpp and SGLang, {@code reasoning} in vLLM,
     * {@code thinking} in gpt-oss's template. Mistral's template takes only call ids of nine characters.
     */
    private static final String CALL = "{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":\""
            + REASONING_MARK
            + "\",\"reasoning\":\"" + REASONING_MARK + "\",\"thinking\":\"" + REASONING_MARK
            + "\",\"tool_calls\":[{\"id\":\"trialcall\",\"type\":\"function\",\"function\":{\"name\":\"" + TOOL_MARK
            + "\",\"arguments\":\"{\\\"word\\\":\\\"a\\\"}\"}}]},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"trialcall\",\"name\":\"" + TOOL_MARK
            + "\",\"content\":\"trialresult\"},";

    private final String messages;

    Trial(String messages) {
        this.messages = "[" + messages.substring(0, messages.length() - 1) + "]";
    }

    /** Returns the JSON value of {@code messages}. */
    public String messages() {
        return messages;
    }
}
