#!/usr/bin/env python3
"""llama.cpp's own HTTP server, taken from the xllamacpp wheel, under the names of llama-server's flags.

    server.py -m dense.gguf --port 8081 -c 65536 -np 1 -t 1

It serves until SIGTERM or SIGINT.
"""
import argparse
import json
import pathlib
import signal

import xllamacpp


def parser():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     allow_abbrev=False)
    parser.add_argument("-m", "--model", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("-c", "--ctx-size", type=int, default=0, help="0: as the model says")
    parser.add_argument("-np", "--parallel", type=int, default=1)
    parser.add_argument("-t", "--threads", type=int, default=1)
    parser.add_argument("-kvu", "--kv-unified", action="store_true", help="all slots share one KV buffer")
    parser.add_argument("-cram", "--cache-ram", type=int, default=8192,
                        help="MiB of memory for prompts that have left their slot; 0: they are gone")
    parser.add_argument("--context-shift", action="store_true",
                        help="an answer that reaches the end of the context goes on, and the oldest half is dropped")
    parser.add_argument("--chat-template-file", help="in place of the model's own")
    parser.add_argument("--chat-template-kwargs", default="{}", help="values for the template, as JSON")
    parser.add_argument("-b", "--batch-size", type=int, default=2048)
    parser.add_argument("-ub", "--ubatch-size", type=int, default=512)
    return parser


def parameters(args):
    params = xllamacpp.CommonParams()
    params.model.path = args.model
    params.hostnames = [args.host]
    params.port = args.port
    params.n_ctx = args.ctx_size
    params.n_parallel = args.parallel
    params.kv_unified = args.kv_unified
    params.cache_ram_mib = args.cache_ram
    params.ctx_shift = args.context_shift
    params.n_batch = args.batch_size
    params.n_ubatch = args.ubatch_size
    params.cpuparams.n_threads = args.threads
    params.cpuparams_batch.n_threads = args.threads
    params.use_jinja = True
    if args.chat_template_file:
        params.chat_template = pathlib.Path(args.chat_template_file).read_text(encoding="utf-8")
    params.default_template_kwargs = {name: json.dumps(value) for name, value in json.loads(args.chat_template_kwargs).items()}
    params.endpoint_slots = True
    params.endpoint_metrics = True
    params.warmup = False
    return params


def serve(args):
    stops = {signal.SIGTERM, signal.SIGINT}
    # Blocked before the server's threads start, so that they inherit the mask and sigwait gets the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    server = xllamacpp.Server(parameters(args))
    print("listening on", server.listening_address, flush=True)
    signal.sigwait(stops)
    # The process is the server's whole life: a running prefill is not worth waiting for.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    serve(parser().parse_args())
