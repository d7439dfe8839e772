"""A mail server on loopback that keeps what it gets, and refuses or breaks on demand: real SMTP, a thread a client."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class MailServer:
    """What came, and how to answer: `refuse` has the answer for an address, `drop_after_data` breaks off there."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    drop_after_data: int = 0
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


class _Client(socketserver.StreamRequestHandler):
    """One connection: enough of RFC 5321 for a client that follows it."""

    server: "_Server"

    def handle(self) -> None:
        self.secure = False
        self.answer("220 ready")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not getattr(self, f"do_{verb.lower()}", self.unknown)(rest):
                return

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the server knows only the socket before STARTTLS

    def answer(self, line: str) -> bool:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()
        return True

    def do_ehlo(self, _rest: str) -> bool:
        offers = ["STARTTLS"] if self.server.mail.tls and not self.secure else []
        for offer in ("localhost greets you", *offers, "AUTH PLAIN"):
            self.answer(f"250-{offer}")
        return self.answer("250 8BITMIME")

    def do_starttls(self, _rest: str) -> bool:
        assert self.server.mail.tls
        self.answer("220 go ahead")
        self.request = self.server.mail.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb")
        self.secure = True
        return True

    def do_auth(self, rest: str) -> bool:
        self.server.mail.logins.append(rest)
        return self.answer("235 welcome")

    def do_mail(self, _rest: str) -> bool:
        return self.answer("250 ok")

    def do_rcpt(self, rest: str) -> bool:
        address = rest.partition("<")[2].partition(">")[0]
        return self.answer(self.server.mail.refuse.get(address, "250 ok"))

    def do_data(self, _rest: str) -> bool:
        self.answer("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        mail = self.server.mail
        mail.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        mail.encrypted.append(self.secure)
        if mail.drop_after_data:
            mail.drop_after_data -= 1
            return False
        return self.answer("250 taken")

    def do_rset(self, _rest: str) -> bool:
        return self.answer("250 ok")

    def do_quit(self, _rest: str) -> bool:
        self.answer("221 bye")
        return False

    def unknown(self, _rest: str) -> bool:
        return self.answer("502 no such command")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mail: MailServer) -> None:
        super().__init__(("127.0.0.1", mail.port), _Client)
        self.mail = mail
        mail.port = self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, or does not trust our certificate, is what some tests are about."""


@contextmanager
def run_mail_server(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    mail = MailServer(port, tls=tls)
    with _Server(mail) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()
