#!/usr/bin/env python3
"""Writes what vLLM needs of a model when it makes up the weights itself: a configuration and a tokenizer.

    make_config.py DIR      with the interpreter and beside the make_model.py of e2e/llama, on PYTHONPATH

The tokenizer and the chat template are those of dense.gguf, so both engines count the same tokens.
"""
import json
import os
import sys

import make_model as tiny


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tokenizer = tiny.trained_tokenizer()
    ids = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    files = {
        "tokenizer.json": tokenizer,
        "config.json": {
            "architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_act": "silu",
            "hidden_size": tiny.EMBEDDING, "intermediate_size": tiny.FEED_FORWARD,
            "num_hidden_layers": tiny.LAYERS, "num_attention_heads": tiny.HEADS,
            "num_key_value_heads": tiny.KV_HEADS, "max_position_embeddings": tiny.CONTEXT_TOKENS,
            "vocab_size": tiny.VOCABULARY, "rms_norm_eps": 1e-6, "rope_theta": 1e6, "torch_dtype": "bfloat16",
            "tie_word_embeddings": False, "use_sliding_window": False,
            "bos_token_id": ids[tiny.END_OF_TEXT], "eos_token_id": ids[tiny.TURN_END]},
        "generation_config.json": {
            "eos_token_id": ids[tiny.TURN_END], "pad_token_id": ids[tiny.END_OF_TEXT]},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "eos_token": tiny.TURN_END,
            "pad_token": tiny.END_OF_TEXT, "model_max_length": tiny.CONTEXT_TOKENS,
            "clean_up_tokenization_spaces": False, "chat_template": tiny.MODELS[0].template()},
    }
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, content in files.items():
        with open(os.path.join(sys.argv[1], name), "w") as out:
            json.dump(content, out, indent=1)


if __name__ == "__main__":
    main()
