package io.kvkeep.lane;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvkeep.answer.Emitted;
import io.kvkeep.answer.Emitted.Call;
import io.kvkeep.dialect.Dialect;
import io.kvkeep.json.NotJson;
import io.kvkeep.prompt.Prompt;
import io.kvkeep.prompt.PromptNotUnderstood;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChainTest {
    private static final Digest SCOPE = Chain.scope(7, List.of("llama", "qwen", "hermes", "You are Hermes."));

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ids of calls | {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]} | {"role":"assistant","tool_calls":[{"function":{"arguments":"{}","name":"f"},"index":0,"id":"x9"}]}
        id of a result | {"role":"tool","tool_call_id":"c1","content":"4"} | {"role":"tool","tool_call_id":"x9","name":"f","content":"4"}
        name | {"role":"user","content":"Hi"} | {"role":"user","name":"mira","content":"Hi"}
        cache_control of an image | {"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]} | {"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}, "cache_control":{"type":"ephemeral"}}]}
        cache_control | {"role":"user","content":"Hi"} | {"role":"user","content":[{"type":"text","text":"Hi","cache_control":{"type":"ephemeral"}}]}
        reasoning_content | {"role":"assistant","content":"Hi"} | {"role":"assistant","reasoning_content":"Well.","content":"Hi"}
        reasoning | {"role":"assistant","content":"Hi"} | {"role":"assistant","content":"Hi","reasoning":"Well.","reasoning_details":[{}]}
        thinking | {"role":"assistant","content":"Hi"} | {"role":"assistant","content":"Hi","thinking":"Well."}
        a think block | {"role":"assistant","content":"Hi"} | {"role":"assistant","content":"\\n<think>\\nWell.\\n</think>\\n\\nHi"}
        nothing but a think block | {"role":"assistant","content":""} | {"role":"assistant","content":"<think></think>\\n"}
        order of keys in arguments | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":1,\\"b\\":[{\\"c\\":2,\\"d\\":3}]}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"b\\":[{\\"d\\":3,\\"c\\":2}],\\"a\\":1}"}}]}
        spelling of arguments | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":\\"é/\\"}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":" { \\"\\\\u0061\\" : \\"\\\\u00e9\\\\/\\" } "}}]}
        arguments as an object | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":1}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{ "a" : 1 }}}]}
        spelling of text | {"role":"user","content":"Zoë/\\t😀"} | {"content" : "Zo\\u00EB\\/\\u0009\\ud83d\\ude00", "role" : "user"}
        one text part | {"role":"tool","content":"4.2 feet"} | {"role":"tool","content":[{"type":"text","text":"4.2 feet"}]}
        white space at the ends | {"role":"user","content":"a  b"} | {"role":"user","content":" \\n\\ta  b\\r\\n"}
        null content | {"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]} | {"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}
        no content | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]} | {"role":"assistant","content":[],"tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}
        an empty list of calls | {"role":"assistant","content":"Hi"} | {"role":"assistant","content":"Hi","tool_calls":[],"refusal":null}
        the name of the agent's role | {"role":"system","content":"Hi"} | {"role":"developer","content":"Hi"}
        """)
    void whatMeansTheSameHasTheSameDigest(String what, String one, String other) throws PromptNotUnderstood, NotJson {
        assertThat(digest(one)).isEqualTo(digest(other));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        role | {"role":"user","content":"4"} | {"role":"tool","content":"4"}
        role of the model | {"role":"user","content":"4"} | {"role":"assistant","content":"4"}
        role of the agent | {"role":"user","content":"4"} | {"role":"system","content":"4"}
        a role of its own | {"role":"critic","content":"4"} | {"role":"judge","content":"4"}
        words | {"role":"user","content":"Never push."} | {"role":"user","content":"Ever push."}
        case | {"role":"user","content":"Hi"} | {"role":"user","content":"hi"}
        white space inside | {"role":"user","content":"a b"} | {"role":"user","content":"a  b"}
        where a text part ends | {"role":"user","content":[{"type":"text","text":"ab"},{"type":"text","text":"c"}]} | {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"bc"}]}
        order of parts | {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]} | {"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"a"}]}
        a user's think block | {"role":"user","content":"Hi"} | {"role":"user","content":"<think>No.</think>Hi"}
        a think block in the midst | {"role":"assistant","content":"Hi"} | {"role":"assistant","content":"Hi <think>No.</think>"}
        an open think block | {"role":"assistant","content":"Hi"} | {"role":"assistant","content":"<think>Hi"}
        name of a tool | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"g","arguments":"{}"}}]}
        a value in arguments | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":1}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":2}"}}]}
        spelling of a number | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":1}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\\"a\\":1.0}"}}]}
        order in an array of arguments | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"[1,2]"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"[2,1]"}}]}
        spelling of what is no JSON | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{a: 1}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{a:1}"}}]}
        order of calls | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"g","arguments":"{}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"g","arguments":"{}"}},{"function":{"name":"f","arguments":"{}"}}]}
        a call more | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"f","arguments":"{}"}}]}
        an image | {"role":"user","content":[{"type":"text","text":"Hi"}]} | {"role":"user","content":[{"type":"text","text":"Hi"},{"type":"image_url","image_url":{"url":"data:a"}}]}
        another image | {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:a"}}]} | {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:b"}}]}
        words in place of a call | {"role":"assistant","content":"f{}"} | {"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}
        """)
    void whatMeansAnotherThingHasAnotherDigest(String what, String one, String other)
            throws PromptNotUnderstood, NotJson {
        assertThat(digest(one)).isNotEqualTo(digest(other));
    }

    @Test
    void anAnswerHasTheDigestOfTheMessageAsWhichTheAgentSendsItBack() throws PromptNotUnderstood, NotJson {
        Emitted answer = new Emitted(
                "\n<think>Let me see.</think> I look. ",
                "Why not",
                List.of(new Call("read", "{\"b\": 1, \"a\" : \"\\u00e9\"}"), new Call("say", "no json")));
        String asked = "{\"role\":\"user\",\"content\":\"Look!\"}";
        String sentBack = "{\"role\":\"assistant\",\"content\":\"I look.\",\"tool_calls\":["
                + "{\"id\":\"1\",\"function\":{\"name\":\"read\",\"arguments\":\"{\\\"a\\\":\\\"é\\\",\\\"b\\\":1}\"}},"
                + "{\"id\":\"2\",\"function\":{\"name\":\"say\",\"arguments\":\"no json\"}}]}";
        List<Digest> chain = chain(SCOPE, DigestMemo.NONE, asked, sentBack);

        assertThat(Chain.behind(chain.get(0), answer)).isEqualTo(chain.get(1));
        assertThat(Chain.behind(chain.get(0), new Emitted("I look.", "", List.of())))
                .isNotEqualTo(chain.get(1));
    }

    @Test
    void aDigestStandsForItsMessageAndAllBeforeIt() throws PromptNotUnderstood, NotJson {
        String a = "{\"role\":\"user\",\"content\":\"a\"}";
        String b = "{\"role\":\"user\",\"content\":\"b\"}";
        List<Digest> aab = chain(SCOPE, DigestMemo.NONE, a, a, b);

        assertThat(aab).doesNotHaveDuplicates().hasSize(3);
        assertThat(chain(SCOPE, DigestMemo.NONE, a, a)).isEqualTo(aab.subList(0, 2));
        assertThat(chain(SCOPE, DigestMemo.NONE, b, a, b)).doesNotContainAnyElementsOf(aab);
        assertThat(chain(SCOPE, DigestMemo.NONE, a, b, b).subList(1, 3)).doesNotContainAnyElementsOf(aab);
    }

    @Test
    void nothingIsLinkedAcrossTenantsEnginesModelsAgentsAndStableTexts() throws PromptNotUnderstood, NotJson {
        List<String> names = List.of("llama", "qwen", "hermes", "You are Hermes.");
        List<Digest> scopes = new ArrayList<>(List.of(SCOPE, Chain.scope(8, names)));
        for (int i = 0; i < names.size(); i++) {
            List<String> others = new ArrayList<>(names);
            others.set(i, "other");
            scopes.add(Chain.scope(7, others));
        }
        scopes.add(Chain.scope(7, List.of("llamaqwen", "", "hermes", "You are Hermes.")));
        List<Digest> digests = new ArrayList<>();
        for (Digest scope : scopes) {
            digests.addAll(chain(scope, DigestMemo.NONE, "{\"role\":\"user\",\"content\":\"Hi\"}"));
        }

        assertThat(digests).hasSize(7).doesNotHaveDuplicates();
        assertThat(Chain.scope(7, names)).isEqualTo(SCOPE);
    }

    @Test
    void theMemoChangesNoChain() throws PromptNotUnderstood, NotJson {
        Random random = new Random(11);
        Remembered memo = new Remembered();
        List<String> talk = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            String role = List.of("user", "assistant", "tool").get(random.nextInt(3));
            String content = "word " + random.nextInt(3) + "é ".repeat(random.nextInt(600));
            talk.add("{\"role\":\"" + role + "\",\"content\":\"" + content + "\"}");
            String[] sent = talk.subList(Math.max(0, i - 20), i + 1).toArray(new String[0]);

            assertThat(chain(SCOPE, memo, sent)).as("message %d", i).isEqualTo(chain(SCOPE, DigestMemo.NONE, sent));
        }
        assertThat(memo.hits).isGreaterThan(500);
    }

    @Test
    void whatOneTenantMadeTheMemoKeepIsNeverUsedForAnother() throws PromptNotUnderstood, NotJson {
        Remembered memo = new Remembered();
        String large = "{\"role\":\"user\",\"content\":\"" + "a".repeat(1_000) + "\"}";
        chain(SCOPE, memo, large);
        chain(Chain.scope(8, List.of()), memo, large);

        assertThat(memo.hits).isZero();
        assertThat(memo.digests).hasSize(2);
    }

    @Test
    void aBrokenEscapeHasNoDigest() {
        assertThatThrownBy(() -> digest("{\"role\":\"user\",\"content\":\"\\x\"}"))
                .isInstanceOf(NotJson.class);
    }

    private static Digest digest(String message) throws PromptNotUnderstood, NotJson {
        // In front stands a user message, so that a message of the agent is no system text.
        return chain(SCOPE, DigestMemo.NONE, "{\"role\":\"user\",\"content\":\"Hi\"}", message)
                .get(1);
    }

    private static List<Digest> chain(Digest scope, DigestMemo memo, String... messages)
            throws PromptNotUnderstood, NotJson {
        byte[] body = ("{\"messages\":[" + String.join(" , ", messages) + "]}").getBytes(UTF_8);
        Prompt prompt = Dialect.CHAT_COMPLETIONS.read(body);
        List<Digest> fingerprints = Fingerprints.of(prompt).messages();
        return Chain.of(scope, Chain.messages(scope, body, prompt.conversation(), Words.ALL, fingerprints, memo));
    }

    private static final class Remembered implements DigestMemo {
        final Map<Digest, Digest> digests = new HashMap<>();
        int hits;

        @Override
        public @Nullable Digest get(Digest fingerprint) {
            Digest known = digests.get(fingerprint);
            hits += known == null ? 0 : 1;
            return known;
        }

        @Override
        public void put(Digest fingerprint, Digest canonical) {
            digests.put(fingerprint, canonical);
        }
    }
}
