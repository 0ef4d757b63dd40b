"""The line switch cuts at the TCP level, both ways, and is whole again afterwards."""

import socket
import threading
from collections.abc import Iterator

import pytest

from edge.tools.line_switch import LineSwitch


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """A server that says back what it hears."""
    server = socket.create_server(("127.0.0.1", 0))

    def talk(conn: socket.socket) -> None:
        with conn:
            try:
                while heard := conn.recv(65_536):
                    conn.sendall(heard)
            except OSError:
                return

    def serve() -> None:
        while True:
            try:
                conn, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(conn,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()
    server.close()


@pytest.fixture
def line(echo: tuple[str, int]) -> Iterator[LineSwitch]:
    """A line to the echo, restored."""
    switch = LineSwitch(echo)
    yield switch
    switch.close()


def connected(line: LineSwitch) -> socket.socket:
    return socket.create_connection(("127.0.0.1", line.port), timeout=5)


def read_to_the_end(conn: socket.socket) -> None:
    while conn.recv(10):
        pass


def test_what_goes_in_comes_out(line: LineSwitch) -> None:
    with connected(line) as conn:
        conn.sendall(b"fact")
        assert conn.recv(10) == b"fact"


def test_a_cut_resets_what_is_open_and_refuses_what_comes(line: LineSwitch) -> None:
    with connected(line) as conn:
        conn.sendall(b"fact")
        assert conn.recv(10) == b"fact"
        line.cut()
        with pytest.raises(ConnectionError):
            read_to_the_end(conn)
    assert line.is_cut
    with pytest.raises(ConnectionRefusedError):
        connected(line)


def test_a_restored_line_keeps_its_address(line: LineSwitch) -> None:
    port = line.port
    line.cut()
    line.restore()
    assert (line.port, line.is_cut) == (port, False)
    with connected(line) as conn:
        conn.sendall(b"again")
        assert conn.recv(10) == b"again"


def test_a_line_can_be_lost_in_the_middle_of_a_push(line: LineSwitch) -> None:
    line.cut_after(5)
    with connected(line) as conn:
        conn.sendall(b"123456789")
        with pytest.raises(ConnectionError):
            read_to_the_end(conn)
    assert line.is_cut
    line.restore()
    with connected(line) as conn:
        conn.sendall(b"123456789")
        assert conn.recv(10) == b"123456789"
