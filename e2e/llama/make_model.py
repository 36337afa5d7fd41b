#!/usr/bin/env python3
"""Makes tiny models for llama.cpp: random weights, a tokenizer trained on the spot, a ChatML template.

    make_model.py DIR       writes DIR/dense.gguf, DIR/tools-first.gguf, DIR/sliding.gguf and DIR/hybrid.gguf

The answers are noise. What the engine counts (prompt tokens, cached tokens) is as real as with any other model.
"""
import glob
import json
import os
import sys
import sysconfig
from dataclasses import dataclass

import gguf
import numpy as np
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

CONTEXT_TOKENS = 65536
VOCABULARY = 4096
EMBEDDING = 128
FEED_FORWARD = 256
HEADS = 2
KV_HEADS = 1
LAYERS = 2
SLIDING_WINDOW = 512
SEED = 1

# llama.cpp splits text in this way for every model that names the pre-tokenizer "qwen2".
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTROL = [END_OF_TEXT, TURN_START, TURN_END]
MARKUP = ["<tool_call>", "</tool_call>"]

TOOLS = """\
{%- macro tool_list() -%}
# Tools
<tools>
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools>
Call a tool inside <tool_call></tool_call>.
{%- endmacro -%}
"""
TOOLS_BEHIND_SYSTEM = "{{ system }}{% if tools %}{{ '\\n\\n' + tool_list() }}{% endif %}"
TOOLS_BEFORE_SYSTEM = "{% if tools %}{{ tool_list() + '\\n\\n' }}{% endif %}{{ system }}"
# Templates that print the tools first are also the ones that refuse a system message further down.
NO_LATE_SYSTEM = """\
{%- if message.role == 'system' %}{{ raise_exception('System message must be at the beginning.') }}{% endif -%}
"""
CONVERSATION = """\
{%- if messages[0].role == 'system' %}{% set system, turns = messages[0].content, messages[1:] %}
{%- else %}{% set system, turns = 'You are a helpful assistant.', messages %}{% endif -%}
{{ '<|im_start|>system\\n' }}@HEAD@{{ '<|im_end|>\\n' }}
{%- for message in turns -%}
@EACH@
{%- if message.role == 'tool' -%}
{{ '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
{%- else -%}
{{ '<|im_start|>' + message.role + '\\n' }}{% if message.content %}{{ message.content }}{% endif %}
{%- for call in message.tool_calls or [] -%}
{{ '\\n<tool_call>\\n{"name": "' + call.function.name + '", "arguments": ' }}
{{- call.function.arguments | tojson }}{{ '}\\n</tool_call>' }}
{%- endfor -%}
{{ '<|im_end|>\\n' }}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif -%}
"""


@dataclass(frozen=True)
class Model:
    file: str
    architecture: str
    tools_first: bool

    def template(self):
        head, each = (TOOLS_BEFORE_SYSTEM, NO_LATE_SYSTEM) if self.tools_first else (TOOLS_BEHIND_SYSTEM, "")
        return TOOLS + CONVERSATION.replace("@HEAD@", head).replace("@EACH@\n", each)

    def is_recurrent(self, layer):
        return self.architecture == "lfm2" and layer % 2 == 0


MODELS = [
    Model("dense.gguf", "qwen2", tools_first=False),
    Model("tools-first.gguf", "qwen2", tools_first=True),
    Model("sliding.gguf", "gemma3", tools_first=False),
    Model("hybrid.gguf", "lfm2", tools_first=False),
]


def trained_tokenizer():
    """A byte-pair tokenizer learnt from Python's own standard library, so that nothing is downloaded."""
    sources = sorted(glob.glob(os.path.join(sysconfig.get_path("stdlib"), "*.py")))[:100]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(WORDS), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train(sources, trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(CONTROL) - len(MARKUP), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.add_special_tokens(CONTROL + MARKUP)
    return json.loads(tokenizer.to_str())


def token_table(tokenizer):
    """The tokens by id with their types, filled up to the vocabulary's full size."""
    ids = dict(tokenizer["model"]["vocab"])
    ids.update((token["content"], token["id"]) for token in tokenizer["added_tokens"])
    names = [f"<|unused{i}|>" for i in range(VOCABULARY)]
    types = [gguf.TokenType.UNUSED] * VOCABULARY
    for name, i in ids.items():
        names[i] = name
        types[i] = (gguf.TokenType.CONTROL if name in CONTROL
                    else gguf.TokenType.USER_DEFINED if name in MARKUP else gguf.TokenType.NORMAL)
    return names, types


def add_description(out, model):
    out.add_name("tiny-random")
    out.add_context_length(CONTEXT_TOKENS)
    out.add_embedding_length(EMBEDDING)
    out.add_block_count(LAYERS)
    out.add_feed_forward_length(FEED_FORWARD)
    out.add_head_count(HEADS)
    # A layer without KV heads is what tells llama.cpp that it is a recurrent one.
    out.add_head_count_kv([0 if model.is_recurrent(i) else KV_HEADS for i in range(LAYERS)]
                          if model.architecture == "lfm2" else KV_HEADS)
    out.add_rope_freq_base(1e6)
    out.add_layer_norm_rms_eps(1e-6)
    out.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    out.add_vocab_size(VOCABULARY)
    if model.architecture == "lfm2":
        out.add_shortconv_l_cache(3)
    if model.architecture == "gemma3":
        out.add_sliding_window(SLIDING_WINDOW)
        out.add_key_length(EMBEDDING // HEADS)
        out.add_value_length(EMBEDDING // HEADS)


def add_tokenizer(out, model, tokenizer):
    names, types = token_table(tokenizer)
    merges = tokenizer["model"]["merges"]
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("qwen2")
    out.add_token_list(names)
    out.add_token_types(types)
    out.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in merges])
    out.add_eos_token_id(names.index(TURN_END))
    out.add_bos_token_id(names.index(END_OF_TEXT))
    out.add_pad_token_id(names.index(END_OF_TEXT))
    out.add_add_bos_token(False)
    out.add_chat_template(model.template())


def add_weights(out, model):
    random = np.random.default_rng(SEED)
    head = EMBEDDING // HEADS

    def add(name, *shape, dtype=np.float16):
        values = random.standard_normal(shape, dtype=np.float32) * 0.02
        out.add_tensor(name + ".weight", values.astype(dtype))

    def add_norm(name, size):
        out.add_tensor(name + ".weight", np.ones(size, np.float32))

    def add_short_convolution(layer):
        add(layer + "shortconv.conv", EMBEDDING, 3, dtype=np.float32)
        add(layer + "shortconv.in_proj", 3 * EMBEDDING, EMBEDDING)
        add(layer + "shortconv.out_proj", EMBEDDING, EMBEDDING)

    def add_attention(layer):
        for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            add(layer + "attn_" + name, heads * head, EMBEDDING)
            if model.architecture == "qwen2":
                out.add_tensor(f"{layer}attn_{name}.bias", np.zeros(heads * head, np.float32))
        if model.architecture != "qwen2":
            add_norm(layer + "attn_q_norm", head)
            add_norm(layer + "attn_k_norm", head)
        add(layer + "attn_output", EMBEDDING, HEADS * head)

    add("token_embd", VOCABULARY, EMBEDDING)
    add_norm("token_embd_norm" if model.architecture == "lfm2" else "output_norm", EMBEDDING)
    add("output", VOCABULARY, EMBEDDING)
    for i in range(LAYERS):
        layer = f"blk.{i}."
        add_norm(layer + "attn_norm", EMBEDDING)
        add_norm(layer + "ffn_norm", EMBEDDING)
        if model.architecture == "gemma3":
            add_norm(layer + "post_attention_norm", EMBEDDING)
            add_norm(layer + "post_ffw_norm", EMBEDDING)
        add(layer + "ffn_gate", FEED_FORWARD, EMBEDDING)
        add(layer + "ffn_up", FEED_FORWARD, EMBEDDING)
        add(layer + "ffn_down", EMBEDDING, FEED_FORWARD)
        if model.is_recurrent(i):
            add_short_convolution(layer)
        else:
            add_attention(layer)


def write(directory, model, tokenizer):
    path = os.path.join(directory, model.file)
    out = gguf.GGUFWriter(path + ".part", model.architecture)
    add_description(out, model)
    add_tokenizer(out, model, tokenizer)
    add_weights(out, model)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    os.replace(path + ".part", path)
    print(f"{path}: {model.architecture}, {os.path.getsize(path) // 1024} KiB")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tokenizer = trained_tokenizer()
    for model in MODELS:
        write(sys.argv[1], model, tokenizer)


if __name__ == "__main__":
    main()
