package io.kvkeep.determined;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WholeAnswerTest {
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final String LINES = "application/x-ndjson";

    record Example(RequestKind kind, String type, String body) {
        boolean isWhole(String other) {
            return kind.isWhole(type, other.replace('\'', '"').getBytes(UTF_8));
        }
    }

    static List<Example> examples() {
        return List.of(
                new Example(RequestKind.EMBEDDINGS, JSON, "{'object':'list','data':[{'embedding':[0.1]}]}"),
                new Example(RequestKind.EMBEDDINGS, "Application/JSON; charset=utf-8", "{'embeddings':[[0.1]]}\n"),
                new Example(RequestKind.EMBEDDINGS, JSON, "{'embedding':[0.1]}"),
                new Example(
                        RequestKind.CHAT_COMPLETIONS,
                        JSON,
                        "{'choices':[{'message':{'content':'a'},'finish_reason':'stop'}],'error':null}"),
                new Example(
                        RequestKind.CHAT_COMPLETIONS,
                        EVENTS,
                        ": ping\n\ndata: {'choices':[{'delta':{'content':'a'},'finish_reason':null}]}\n\n"
                                + "data: {'choices':[{'delta':{},'finish_reason':'stop'}]}\r\n\r\n"
                                + "data: {'choices':[],'usage':{}}\n\ndata: [DONE]\n\n"),
                new Example(
                        RequestKind.COMPLETIONS,
                        "text/event-stream; charset=utf-8",
                        "data: {'choices':[{'text':'a','finish_reason':'length'}]}\n\ndata: [DONE]\n\n"),
                new Example(RequestKind.COMPLETIONS, JSON, "{'choices':[{'text':'a','finish_reason':'length'}]}"),
                new Example(RequestKind.RESPONSES, JSON, "{'status':'completed','error':null,'output':[]}"),
                new Example(RequestKind.RESPONSES, JSON, "{'status':'incomplete','output':[]}"),
                new Example(
                        RequestKind.RESPONSES,
                        EVENTS,
                        "event: response.created\ndata: {'type':'response.created'}\n\n"
                                + "event: response.completed\ndata: {'type':'response.completed'}\n\n"),
                new Example(RequestKind.MESSAGES, JSON, "{'type':'message','stop_reason':'tool_use'}"),
                new Example(
                        RequestKind.MESSAGES,
                        EVENTS,
                        "event: message_delta\ndata: {'type':'message_delta','delta':{'stop_reason':'end_turn'}}\n\n"
                                + "event: message_stop\ndata: {'type':'message_stop'}\n\n"),
                new Example(RequestKind.OLLAMA_CHAT, JSON, "{'message':{},'done':true}"),
                new Example(RequestKind.OLLAMA_CHAT, LINES, "{'message':{},'done':false}\n{'done':true}\n"),
                new Example(RequestKind.OLLAMA_GENERATE, LINES, "{'response':'a','done':false}\n{'done':true}\n"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void aWholeAnswerIsWhole(Example example) {
        assertThat(example.isWhole(example.body)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void whatIsCutAnywhereIsNot(Example example) {
        int end = example.type.startsWith("text/event-stream") || example.type.equals(LINES)
                ? example.body.length()
                : example.body.stripTrailing().length();
        for (int cut = 0; cut < end; cut++) {
            assertThat(example.isWhole(example.body.substring(0, cut)))
                    .as("cut at %s", cut)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anotherMediaTypeIsNotJudged(Example example) {
        byte[] body = example.body.replace('\'', '"').getBytes(UTF_8);
        assertThat(example.kind.isWhole("", body)).isFalse();
        assertThat(example.kind.isWhole("application/octet-stream", body)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMBEDDINGS|application/json|{'error':{'message':'no'},'data':[1]}",
                "EMBEDDINGS|application/json|{'data':[]}",
                "CHAT_COMPLETIONS|application/json|{'choices':[]}",
                "CHAT_COMPLETIONS|application/json|{'choices':[{'finish_reason':null}]}",
                "CHAT_COMPLETIONS|application/json|{'choices':[{'finish_reason':'stop'},{'finish_reason':'abort'}]}",
                "RESPONSES|application/json|{'status':'failed','error':{'code':1}}",
                "RESPONSES|application/json|{'status':'in_progress'}",
                "MESSAGES|application/json|{'type':'error','error':{}}",
                "MESSAGES|application/json|{'type':'message','stop_reason':'pause_turn'}",
                "OLLAMA_CHAT|application/json|{'done':false}",
                "OLLAMA_CHAT|application/json|{'error':'no','done':true}"
            })
    void anErrorIsNot(RequestKind kind, String type, String body) {
        assertThat(new Example(kind, type, body).isWhole(body)).isFalse();
    }

    @Test
    void anErrorInAStreamIsNot() {
        String said = "data: {'choices':[{'finish_reason':'stop'}]}\n\n";
        Example chat = new Example(RequestKind.CHAT_COMPLETIONS, EVENTS, said);
        assertThat(chat.isWhole(said + "data: {'error':{'code':500}}\n\ndata: [DONE]\n\n"))
                .isFalse();
        assertThat(chat.isWhole(said + "event: error\ndata: {}\n\ndata: [DONE]\n\n"))
                .isFalse();
        assertThat(chat.isWhole("data: {'choices':[{'finish_reason':'abort'}]}\n\ndata: [DONE]\n\n"))
                .isFalse();
        assertThat(chat.isWhole("data: {'choices':[]}\n\ndata: [DONE]\n\n"))
                .as("nobody ended")
                .isFalse();
        assertThat(chat.isWhole(said + "data: [DONE]\n\ndata: {'choices':[]}\n\n"))
                .isFalse();
        Example messages = new Example(RequestKind.MESSAGES, EVENTS, "");
        assertThat(messages.isWhole("data: {'type':'error'}\n\ndata: {'type':'message_stop'}\n\n"))
                .isFalse();
        Example responses = new Example(RequestKind.RESPONSES, EVENTS, "");
        assertThat(responses.isWhole("data: {'type':'response.failed'}\n\n")).isFalse();
        Example ollama = new Example(RequestKind.OLLAMA_CHAT, LINES, "");
        assertThat(ollama.isWhole("{'error':'no'}\n{'done':true}\n")).isFalse();
    }
}
