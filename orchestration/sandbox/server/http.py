"""HTTP/1.1 on loopback: requests in, answers out, and connections that end as a fault wants them to."""

from __future__ import annotations

import socket
import socketserver
import struct
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from orchestration.sandbox.server.api import Request
from orchestration.sandbox.server.damage import Answer

LOOPBACK = "127.0.0.1"
Send = Callable[[Answer], None]
Respond = Callable[[Request, Send], None]


class HttpServer(ThreadingHTTPServer):
    """Listens on loopback; a thread per connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, respond: Respond) -> None:
        self.respond = respond
        self._connections: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking anybody for the name of this machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def close_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().close_request(request)

    def close(self) -> None:
        """Stop listening, and end the connections that clients keep alive."""
        self.shutdown()
        self.server_close()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it ended by itself


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: HttpServer

    def do_GET(self) -> None:  # noqa: N802 (the name is http.server's)
        url = urlsplit(self.path)
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pairs = parse_qsl(url.query, keep_blank_values=True)
        try:
            self.server.respond(Request(self.command, url.path, pairs, self.headers), self._send)
        except ConnectionError:
            self.close_connection = True  # the client has gone

    do_POST = do_DELETE = do_PUT = do_PATCH = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the server keeps a log of its own."""

    def _send(self, answer: Answer) -> None:
        if answer.status:
            length = len(answer.body) if answer.length is None else answer.length
            lines = [
                f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
                f"Content-Type: {answer.content_type}",
                f"Content-Length: {length}",
                *(f"{name}: {value}" for name, value in answer.headers.items()),
                "Connection: keep-alive" if answer.ending == "keep" else "Connection: close",
            ]
            self.connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + answer.body)
        if answer.ending != "keep":
            self.close_connection = True
        if answer.ending == "reset":
            self._reset()

    def _reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()  # it holds the socket open
        self.connection.close()
