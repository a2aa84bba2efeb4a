"""A mail server on loopback that keeps what it gets, with the faults that real ones have."""

import base64
import socketserver
import threading
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Self


class MailServer:
    """`letters` are those taken, `logins` the user and password of each. `fault`: what it answers to a command."""

    def __init__(self, fault: dict[str, str] | None = None):
        self.fault = fault or {}
        self.letters: list[Message] = []
        self.logins: list[tuple[str, str]] = []
        self.closing = threading.Event()
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._server.mail = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        mail: MailServer = self.server.mail  # type: ignore[attr-defined]
        if "drip" in mail.fault:
            while not mail.closing.wait(0.02):
                self.wfile.write(b"2")
            return
        self.say("220 loopback")
        while line := self.rfile.readline():
            words = line.decode().split()
            command = words[0].upper() if words else ""
            if command in mail.fault:
                self.say(mail.fault[command])
            elif command == "EHLO":
                self.say("250-loopback\r\n250 AUTH PLAIN")
            elif command == "AUTH":
                _, user, password = base64.b64decode(words[2]).decode().split("\0")
                mail.logins.append((user, password))
                self.say("235 welcome")
            elif command == "DATA":
                self.say("354 go on")
                mail.letters.append(message_from_bytes(self.data(), policy=default))
                self.say("250 kept")
            elif command == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines)

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
