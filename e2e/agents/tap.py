"""A tap between an agent and kvkeep: it hands every byte on as it comes, and keeps what the agent has sent."""

import gzip
import socket
import threading
import time


class Tap:
    """Listens on a free port of this computer; `requests()` is what was sent so far, in the order of arrival."""

    def __init__(self, host, port):
        self._target = (host, port)
        self._streams = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listening.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            pieces = []
            self._streams.append(pieces)
            for one, other, kept in ((client, server, pieces), (server, client, None)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_hand_on, args=(one, other, kept), daemon=True).start()

    def requests(self):
        """Each as (seconds of its first byte, method, path, headers, body)."""
        found = [request for pieces in list(self._streams) for request in _requests(list(pieces))]
        return sorted(found, key=lambda request: request[0])


def _hand_on(source, target, kept):
    try:
        while data := source.recv(65536):
            if kept is not None:
                kept.append((time.monotonic(), data))
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    finally:
        if kept is None:
            for end in (source, target):
                end.close()


def _requests(pieces):
    stream, starts, total = b"".join(data for _, data in pieces), [], 0
    for seconds, data in pieces:
        starts.append((total, seconds))
        total += len(data)
    at = 0
    while (end := stream.find(b"\r\n\r\n", at)) >= 0:
        seconds = next(moment for offset, moment in reversed(starts) if offset <= at)
        lines = stream[at:end].decode("latin-1").split("\r\n")
        method, path, _ = lines[0].split(" ", 2)
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        by_name = {name.lower(): value for name, value in headers}
        body, at = _body(stream, end + 4, by_name)
        if body is None:
            return
        yield seconds, method, path, headers, gzip.decompress(body) if by_name.get("content-encoding") == "gzip" else body


def _body(stream, at, headers):
    """-> (body, where the next request starts); (None, ...) when the stream was cut inside the body."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        end = at + int(headers.get("content-length") or 0)
        return (stream[at:end] if end <= len(stream) else None), end
    body = b""
    while (line_end := stream.find(b"\r\n", at)) >= 0:
        size = int(stream[at:line_end].split(b";")[0], 16)
        at = line_end + 2 + size + 2
        if at > len(stream):
            break
        if size == 0:
            return body, at
        body += stream[line_end + 2 : at - 2]
    return None, at
