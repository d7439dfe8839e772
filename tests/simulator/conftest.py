"""A running simulator and an application that listens to it: two real servers on free ports."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl
from urllib.request import Request, urlopen

import pytest
from twilio.request_validator import RequestValidator
from twilio.rest import Client

SID, TOKEN = "AC" + "1" * 32, "a token for tests"
OURS = "+16175550100"


@dataclass
class Heard:
    """One webhook as it arrived; `signed` is the verdict of Twilio's own validator."""

    url: str
    form: dict[str, str]
    headers: dict[str, str]
    signed: bool


@dataclass
class Listener:
    """The application's side: keeps what it hears, answers what it was told to."""

    url: str
    heard: list[Heard] = field(default_factory=list)
    status: int = 204
    content_type: str = "text/xml"
    body: str = ""

    def forget(self) -> None:
        self.heard.clear()
        self.status, self.content_type, self.body = 204, "text/xml", ""

    def forms(self, **wanted: str) -> list[dict[str, str]]:
        return [h.form for h in list(self.heard) if wanted.items() <= h.form.items()]


@dataclass
class Simulator:
    url: str
    process: subprocess.Popen[str]

    def client(self, token: str = TOKEN) -> Any:
        """Twilio's client, aimed here; untyped, as its annotations differ from what it returns."""
        client = Client(SID, token)
        client.api.base_url = self.url
        return client

    def ask(self, path: str, said: object = None, method: str | None = None) -> Any:
        """JSON in, JSON out; a refusal's JSON too."""
        body = None if said is None else json.dumps(said).encode()
        request = Request(self.url + path, body, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=20) as response:
                return json.load(response)
        except HTTPError as refused:
            with refused:
                return json.load(refused)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()


def eventually(true: Callable[[], Any], seconds: float = 8.0) -> Any:
    """Wait until `true()` is truthy and return that; fail when it never is."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return found


@contextmanager
def listen() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = dict(parse_qsl(raw, keep_blank_values=True))
            url = f"http://{self.headers['Host']}{self.path}"
            signature = self.headers["X-Twilio-Signature"]
            signed = RequestValidator(TOKEN).validate(url, form, signature)
            ears.heard.append(Heard(url, form, dict(self.headers), signed))
            answer = ears.body.encode()
            self.send_response(ears.status)
            if ears.status != 204:
                self.send_header("Content-Type", ears.content_type)
                self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if ears.status != 204:
                self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    ears = Listener(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ears
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def start(*options: str) -> Simulator:
    """Start a simulator on a free port with `options` and wait for its ready line."""
    command = [sys.executable, "-m", "outreach.simulator", "--port", "0", "--account-sid", SID]
    process = subprocess.Popen([*command, "--auth-token", TOKEN, *options], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    ready = process.stdout.readline()
    assert ready.startswith("simulator ready on http://127.0.0.1:"), ready
    return Simulator(ready.split()[-1], process)


@pytest.fixture(scope="session")
def one_listener() -> Iterator[Listener]:
    with listen() as listener:
        yield listener


@pytest.fixture(scope="session")
def one_simulator(one_listener: Listener) -> Iterator[Simulator]:
    inbound = f"{one_listener.url}/twilio/inbound?school=kennedy"
    simulator = start("--delivery-ms", "30", "--number", OURS, "--inbound-url", inbound)
    yield simulator
    simulator.stop()


@pytest.fixture
def listener(one_listener: Listener) -> Listener:
    one_listener.forget()
    return one_listener


@pytest.fixture
def simulator(one_simulator: Simulator) -> Iterator[Simulator]:
    before = one_simulator.ask("/control/settings")
    one_simulator.ask("/control/reset", {})
    yield one_simulator
    one_simulator.ask("/control/settings", before)


@pytest.fixture
def start_simulator() -> Iterator[Callable[..., Simulator]]:
    """A way to start further simulators, stopped at the end."""
    started: list[Simulator] = []

    def start_one(*options: str) -> Simulator:
        started.append(start(*options))
        return started[-1]

    yield start_one
    for simulator in started:
        if simulator.process.poll() is None:
            simulator.stop()


@pytest.fixture(name="eventually")
def _eventually() -> Callable[..., Any]:
    return eventually
