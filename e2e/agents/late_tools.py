"""A server for tools (MCP, over standard input and output) that takes its time to start."""

import json
import sys
import time

START_SECONDS = 2
TOOL = {
    "name": "height",
    "description": "Tells the height of the tide at a pier, in feet.",
    "inputSchema": {"type": "object", "properties": {"pier": {"type": "integer"}}, "required": ["pier"]},
}


def result(request):
    method = request["method"]
    if method == "initialize":
        version = request["params"]["protocolVersion"]
        return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "tides", "version": "1"}}
    if method == "tools/list":
        return {"tools": [TOOL]}
    if method == "tools/call":
        return {"content": [{"type": "text", "text": "4.2"}]}
    return {}


def main():
    time.sleep(START_SECONDS)
    for line in sys.stdin:
        request = json.loads(line)
        if "id" in request:
            print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result(request)}), flush=True)


if __name__ == "__main__":
    main()
