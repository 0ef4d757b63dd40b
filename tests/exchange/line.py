"""A line that fails on request: a proxy on the loopback that forwards each HTTP message, or cuts, loses or doubles it."""

import socket
import threading
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Fault(StrEnum):
    """What happens to one request and its answer."""

    NONE = "none"
    REFUSE = "refuse"  # closed before the peer hears anything
    LOSE_ANSWER = "lose_answer"  # the peer has committed, nobody hears of it
    CUT_HEAD = "cut_head"  # the answer ends within its headers
    CUT_BODY = "cut_body"  # the answer ends in the middle of its body
    EMPTY_BODY = "empty_body"  # 200, honest length 0
    PORTAL = "portal"  # somebody else answers 200 and a page
    PORTAL_REDIRECT = "portal_redirect"
    PORTAL_FORBIDS = "portal_forbids"  # somebody else answers 403
    PORTAL_JSON = "portal_json"  # somebody else answers 200 with JSON that looks like a receipt
    TOO_LARGE = "too_large"  # a proxy before the peer answers 413
    BUSY = "busy"  # 503 with Retry-After
    TWICE = "twice"  # the request reaches the peer twice, the second answer comes back
    TAMPERED = "tampered"  # one byte of the answer's body is another


_OF_SOMEBODY_ELSE = {
    Fault.PORTAL: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 15\r\n\r\n<h1>Log in</h1>",
    Fault.PORTAL_REDIRECT: b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    Fault.PORTAL_FORBIDS: b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    Fault.PORTAL_JSON: b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{"rows":[]}',
    Fault.TOO_LARGE: b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    Fault.BUSY: b"HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
}


# One request per connection, so that each request meets its own fault; said aloud, or the client would use it again.
_LAST = b"\r\nConnection: close\r\n\r\n"


@dataclass
class Line:
    """Listens on its own port and forwards to `upstream`. `faults` are used up one per request, then all goes well."""

    upstream: int

    def __post_init__(self) -> None:
        self.faults: deque[Fault] = deque()
        self.requests = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Take the line down for good: connections are refused from now on."""
        if self._listener.fileno() != -1:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.settimeout(10)
            request = _message(client)
            if not request:
                return
            self.requests += 1
            fault = self.faults.popleft() if self.faults else Fault.NONE
            answer = self._answer(request, fault)
            if answer:
                client.sendall(answer)

    def _answer(self, request: bytes, fault: Fault) -> bytes:
        if fault is Fault.REFUSE:
            return b""
        if fault in _OF_SOMEBODY_ELSE:
            return _OF_SOMEBODY_ELSE[fault]
        if fault is Fault.TWICE:
            self._forward(request)
        head, _, body = self._forward(request).partition(b"\r\n\r\n")
        match fault:
            case Fault.LOSE_ANSWER:
                return b""
            case Fault.CUT_HEAD:
                return head[: len(head) // 2].rsplit(b"\r\n", 1)[0] + b"\r\n"
            case Fault.CUT_BODY:
                return head + _LAST + body[: len(body) // 2]
            case Fault.EMPTY_BODY:
                return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            case Fault.TAMPERED:
                return head + _LAST + body[:-1] + bytes([body[-1] ^ 1])
            case _:
                return head + _LAST + body

    def _forward(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.upstream), timeout=30) as peer:
            peer.sendall(request.replace(b"\r\nConnection: keep-alive", b"", 1))
            return _message(peer)


def _message(conn: socket.socket) -> bytes:
    """One HTTP message framed by Content-Length; as much as came when it is cut."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for field in head.split(b"\r\n")[1:]:
        name, _, value = field.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        more = conn.recv(65536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body
