package io.kvkeep.determined;

import static io.kvkeep.determined.RequestKind.CHAT_COMPLETIONS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class RequestKindTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/embeddings, EMBEDDINGS",
        "/api/v0/embeddings, EMBEDDINGS",
        "/api/embed, EMBEDDINGS",
        "/api/embeddings, EMBEDDINGS",
        "/v1/chat/completions, CHAT_COMPLETIONS",
        "/v1/chat/completions?a=/api/chat, CHAT_COMPLETIONS",
        "/v1/completions, COMPLETIONS",
        "/v1/responses, RESPONSES",
        "/v1/messages, MESSAGES",
        "/v1/messages?beta=true, MESSAGES",
        "/api/chat, OLLAMA_CHAT",
        "/api/generate, OLLAMA_GENERATE"
    })
    void aPathNamesAKind(String target, RequestKind kind) {
        assertThat(RequestKind.of("POST", target)).contains(kind);
        assertThat(RequestKind.of("GET", target)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/v1/models", "/v1/messages/count_tokens", "/v1/responses/resp_1", "/api/pull", "/", "?/api/chat"
            })
    void otherPathsAreOfNoKind(String target) {
        assertThat(RequestKind.of("POST", target)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EMBEDDINGS|{'input':'a'}",
                "EMBEDDINGS|{'input':['a'],'temperature':1}",
                "CHAT_COMPLETIONS|{'messages':[],'temperature':0}",
                "CHAT_COMPLETIONS|{'messages':[],'temperature': 0.0 }",
                "CHAT_COMPLETIONS|{'messages':[],'temperature':-0.00e+7}",
                "CHAT_COMPLETIONS|{'messages':[],'temperature':0.7,'seed':0}",
                "CHAT_COMPLETIONS|{'messages':[],'seed':42}",
                "COMPLETIONS|{'prompt':'a','temperature':0}",
                "COMPLETIONS|{'prompt':'a','temperature':1,'seed':7}",
                "RESPONSES|{'input':'a','temperature':0,'tools':[{'type':'function'},{'type':'custom'}]}",
                "RESPONSES|{'input':'a','temperature':0,'previous_response_id':null,'background':false}",
                "MESSAGES|{'messages':[],'temperature':0,'tools':[{'name':'a'},{'name':'b','type':'custom'}]}",
                "OLLAMA_CHAT|{'messages':[{'role':'user'}],'options':{'temperature':0}}",
                "OLLAMA_CHAT|{'messages':[{'role':'user'}],'options':{'temperature':0.8,'seed':1}}",
                "OLLAMA_GENERATE|{'prompt':'a','options':{'temperature':0}}",
                "OLLAMA_GENERATE|{'prompt':'a','options':{'seed':123456789012345678}}"
            })
    void greedyAndSeededRequestsAreDetermined(RequestKind kind, String body) {
        assertThat(isDetermined(kind, body)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "EMBEDDINGS")
    void aRequestThatSaysNothingOfTheTemperatureIsNotDetermined(RequestKind kind) {
        assertThat(isDetermined(kind, "{'model':'m','messages':[1],'prompt':'a','input':'a','options':{}}"))
                .isFalse();
        assertThat(isDetermined(kind, "{'messages':[1],'prompt':'a','temperature':null,'seed':null}"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT_COMPLETIONS|{'temperature':0.01}",
                "CHAT_COMPLETIONS|{'temperature':'0'}",
                "CHAT_COMPLETIONS|{'temperature':1,'seed':-1}",
                "CHAT_COMPLETIONS|{'temperature':1,'seed':4294967295}",
                "CHAT_COMPLETIONS|{'temperature':1,'seed':1.5}",
                "CHAT_COMPLETIONS|{'temperature':1,'seed':'7'}",
                "CHAT_COMPLETIONS|{'options':{'temperature':0}}",
                "CHAT_COMPLETIONS|{'temperature':0,'web_search_options':{}}",
                "CHAT_COMPLETIONS|{'temperature':0,'temperature':1}",
                "CHAT_COMPLETIONS|{'temperature':1,'temperature':0}",
                "CHAT_COMPLETIONS|{'temperatur\\u0065':1,'temperature':0}",
                "CHAT_COMPLETIONS|{'temperature':0",
                "CHAT_COMPLETIONS|[{'temperature':0}]",
                "CHAT_COMPLETIONS|",
                "RESPONSES|{'input':'a','seed':7}",
                "RESPONSES|{'temperature':0,'previous_response_id':'resp_1'}",
                "RESPONSES|{'temperature':0,'conversation':{'id':'c'}}",
                "RESPONSES|{'temperature':0,'prompt':{'id':'p'}}",
                "RESPONSES|{'temperature':0,'background':true}",
                "RESPONSES|{'temperature':0,'tools':[{'type':'function'},{'type':'web_search'}]}",
                "MESSAGES|{'messages':[],'seed':7}",
                "MESSAGES|{'temperature':0,'tools':[{'type':'web_search_20250305','name':'web_search'}]}",
                "MESSAGES|{'temperature':0,'mcp_servers':[{}]}",
                "MESSAGES|{'temperature':0,'container':'c'}",
                "OLLAMA_CHAT|{'messages':[{}],'temperature':0,'seed':7}",
                "OLLAMA_CHAT|{'messages':[],'options':{'temperature':0}}",
                "OLLAMA_CHAT|{'options':{'temperature':0}}",
                "OLLAMA_CHAT|{'messages':[{}],'options':{'seed':-1}}",
                "OLLAMA_CHAT|{'messages':[{}],'options':{'temperature':1,'temperature':0}}",
                "OLLAMA_GENERATE|{'prompt':'','keep_alive':0,'options':{'temperature':0}}",
                "OLLAMA_GENERATE|{'keep_alive':0,'options':{'temperature':0}}"
            })
    void othersAreNot(RequestKind kind, String body) {
        assertThat(isDetermined(kind, body == null ? "" : body)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'image_url','image_url':{'url':'https://h/a.png'}}|false",
                "{'type':'input_image','image_url':'http://h/a.png'}|false",
                "{'type':'image','source':{'type':'url','url':'https://h/a.png'}}|false",
                "{'type':'video_url','video_url':{'url':'file:///a.mp4'}}|false",
                "{'type':'image_url','image_url':{'url':'data:image/png;base64,AA=='}}|true",
                "{'type':'text','text':'see https://h/a.png'}|true"
            })
    void mediaBehindAnAddressCanChange(String part, boolean determined) {
        String body = "{'temperature':0,'messages':[{'role':'user','content':[" + part + "]}]}";
        assertThat(isDetermined(CHAT_COMPLETIONS, body)).isEqualTo(determined);
    }

    @Test
    void aToolMayHaveAParameterForAnAddress() {
        String tool = "{'type':'function','function':{'name':'f','parameters':{'type':'object','properties':"
                + "{'url':{'type':'string'}}}}}";
        assertThat(isDetermined(CHAT_COMPLETIONS, "{'temperature':0,'tools':[" + tool + "]}"))
                .isTrue();
    }

    @Test
    void aBodyOfManyLevelsIsNotDetermined() {
        String deep = "[".repeat(20_000) + "]".repeat(20_000);
        assertThat(isDetermined(CHAT_COMPLETIONS, "{'temperature':0,'messages':" + deep + "}"))
                .isFalse();
    }

    private static boolean isDetermined(RequestKind kind, String body) {
        return kind.isDetermined(body.replace('\'', '"').getBytes(UTF_8));
    }
}
