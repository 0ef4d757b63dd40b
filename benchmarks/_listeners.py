"""Screens without glass: many streams of a hub's live events read by one process, each event noted when its last byte came.

Started by `benchmarks.board` with {host, port, cookie, streams} as its argument. Says "open" once every stream is, goes on
until its input is closed, then prints one list of [version, nanoseconds] per stream.
"""

import json
import re
import selectors
import socket
import sys
import time

RECEIVE = 65_536
_EVENT = re.compile(rb"id: (\d+)\nevent: order\n")


def main() -> int:
    """Open, listen, print."""
    asked = json.loads(sys.argv[1])
    request = (
        "GET /v1/live?screen=board HTTP/1.1\r\n"
        f"Host: {asked['host']}:{asked['port']}\r\nCookie: {asked['cookie']}\r\nAccept: text/event-stream\r\n\r\n"
    ).encode()
    links = [_opened(asked["host"], asked["port"], request) for _ in range(asked["streams"])]
    sys.stdout.write("open\n")
    sys.stdout.flush()
    heard = _listen(links)
    json.dump(heard, sys.stdout)
    return 0


def _opened(host: str, port: int, request: bytes) -> socket.socket:
    """A stream whose first bytes have come."""
    link = socket.create_connection((host, port), timeout=10)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    link.sendall(request)
    first = link.recv(RECEIVE)
    if b" 200 " not in first.split(b"\r\n", 1)[0]:
        raise SystemExit(f"no stream: {first[:200]!r}")
    return link


def _listen(links: list[socket.socket]) -> list[list[tuple[int, int]]]:
    """Note every order event of every stream until somebody closes our input."""
    heard: list[list[tuple[int, int]]] = [[] for _ in links]
    rest = [b"" for _ in links]
    with selectors.DefaultSelector() as ready:
        ready.register(sys.stdin, selectors.EVENT_READ, None)
        for number, link in enumerate(links):
            ready.register(link, selectors.EVENT_READ, number)
        while True:
            for key, _ in ready.select():
                if key.data is None:
                    return heard
                piece = links[key.data].recv(RECEIVE)
                at_ns = time.time_ns()
                if not piece:
                    raise SystemExit(f"stream {key.data} ended")
                whole, _, rest[key.data] = (rest[key.data] + piece).rpartition(b"\n\n")
                heard[key.data] += [(int(found), at_ns) for found in _EVENT.findall(whole + b"\n")]


if __name__ == "__main__":
    sys.exit(main())
