"""A line that fails as lines do, between real processes: forwards each HTTP request, or does to it what its plan says."""

import contextlib
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with zero seconds: closing sends RST instead of an orderly end."""

HELD_S = 30.0
"""How long a black hole holds a request if nobody gives up before."""

LATE_S = 0.4
"""How much later a doubled request comes for the second time."""


class Trouble(StrEnum):
    """What happens to one request."""

    NONE = "none"
    RESET_AT_ONCE = "reset_at_once"  # the connection ends before anybody read the request
    BLACK_HOLE = "black_hole"  # taken, never passed on, never answered
    RESET_IN_REQUEST = "reset_in_request"  # central hears half of it
    RESET_BEFORE_REPLY = "reset_before_reply"  # central has committed, nobody hears of it
    CUT_IN_HEADERS = "cut_in_headers"
    CUT_IN_BODY = "cut_in_body"
    EMPTY_200 = "empty_200"  # 200 with an honest length of 0
    PORTAL_200 = "portal_200"  # somebody else's page
    BUSY_503 = "busy_503"
    BROKEN_500 = "broken_500"
    TWICE_AND_LATE = "twice_and_late"  # the answer is lost, and the request comes a second time a while later
    TRICKLE = "trickle"  # whole, but in crumbs


Plan = Callable[[str], Trouble]
"""Given the request line; called once per request, from many threads."""

_SOMEBODY_ELSE = {
    Trouble.EMPTY_200: b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    Trouble.PORTAL_200: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<h1>Log in</h1>",
    Trouble.BUSY_503: b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    Trouble.BROKEN_500: b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}

_LAST = b"\r\nConnection: close\r\n\r\n"


def all_is_well(_request: str) -> Trouble:
    """The plan of a whole line."""
    return Trouble.NONE


class FaultProxy:
    """Listens on its own port of the loopback and forwards to `target`; `plan` may be changed at any time."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.plan: Plan = all_is_well
        self.seen: Counter[Trouble] = Counter()
        self.late = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._listen()

    @property
    def url(self) -> str:
        """What to connect to instead of the target."""
        return f"http://127.0.0.1:{self.port}"

    def refuse(self) -> None:
        """Connections are refused from now on."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def accept_again(self) -> None:
        """Listen on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def _listen(self) -> None:
        self._thread = threading.Thread(target=self._accept, name="fault-proxy", daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        # Whatever breaks here is a line that broke, which is what this is for.
        with client, contextlib.suppress(OSError):
            client.settimeout(HELD_S)
            request = read_message(client)
            if not request:
                return
            with self._lock:
                trouble = self.plan(request.split(b"\r\n", 1)[0].decode("latin-1"))
                self.seen[trouble] += 1
            self._play(trouble, client, request)

    def _play(self, trouble: Trouble, client: socket.socket, request: bytes) -> None:
        if trouble in _SOMEBODY_ELSE:
            client.sendall(_SOMEBODY_ELSE[trouble])
            return
        match trouble:
            case Trouble.RESET_AT_ONCE:
                _reset(client)
            case Trouble.BLACK_HOLE:
                client.recv(1)  # until whoever asked gives up
            case Trouble.RESET_IN_REQUEST:
                with self._connected() as peer:
                    peer.sendall(request[: len(request) // 2])
                    _reset(peer)
                _reset(client)
            case Trouble.RESET_BEFORE_REPLY:
                self._forward(request)
                _reset(client)
            case Trouble.TWICE_AND_LATE:
                self._forward(request)
                _reset(client)
                time.sleep(LATE_S)
                self._forward(request)
                with self._lock:
                    self.late += 1
            case _:
                self._answer(trouble, client, *self._forward(request).split(b"\r\n\r\n", 1))

    def _answer(self, trouble: Trouble, client: socket.socket, head: bytes, body: bytes) -> None:
        match trouble:
            case Trouble.CUT_IN_HEADERS:
                client.sendall(head[: len(head) * 2 // 3].rsplit(b"\r\n", 1)[0] + b"\r\n")
            case Trouble.CUT_IN_BODY:
                client.sendall(head + _LAST + body[: len(body) // 2])
            case Trouble.TRICKLE:
                whole = head + _LAST + body
                for start in range(0, len(whole), max(1, len(whole) // 20)):
                    client.sendall(whole[start : start + max(1, len(whole) // 20)])
                    time.sleep(0.02)
            case _:
                client.sendall(head + _LAST + body)

    def _connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.target), timeout=HELD_S)

    def _forward(self, request: bytes) -> bytes:
        with self._connected() as peer:
            peer.sendall(request)
            reply = read_message(peer)
        if b"\r\n\r\n" not in reply:
            raise ConnectionError("central went away in the middle of an answer")
        return reply


def read_message(conn: socket.socket) -> bytes:
    """One HTTP message framed by Content-Length; as much of it as came when it is cut."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    missing = int(fields.get(b"content-length", b"0")) - len(body)
    parts = [data]
    while missing > 0 and (more := conn.recv(65536)):
        parts.append(more)
        missing -= len(more)
    return b"".join(parts)


def _reset(conn: socket.socket) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    conn.close()
