"""A server on this machine with LibreTranslate's HTTP API, which "translates" by putting the language before each part.

Like the real one it leaves alone what stands in a tag with translate="no", and knows some languages only.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KNOWN = ["en", "es", "pt-BR", "zh", "ar", "vi"]


@dataclass
class TranslationServer:
    """`asked` holds the bodies it got; `loses` is what it drops; `status` what it answers with."""

    url: str = ""
    key: str | None = None
    status: int = 200
    loses: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    def translate(self, body: dict[str, Any]) -> dict[str, str]:
        self.asked.append(body)
        parts = re.split(r'(<span translate="no">.*?</span>)', body["q"])
        text = "".join(part if part.startswith("<span") else f"[{body['target']}]{part}" for part in parts)
        return {"translatedText": text.replace(self.loses, "") if self.loses else text}


@contextmanager
def run_translation_server() -> Iterator[TranslationServer]:
    state = TranslationServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, [{"code": code, "name": code, "targets": KNOWN} for code in KNOWN])

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if state.key and body.get("api_key") != state.key:
                self._answer(403, {"error": "Invalid API key"})
            else:
                self._answer(state.status, state.translate(body) if state.status == 200 else {"error": "no"})

        def _answer(self, status: int, body: object) -> None:
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            return None

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()
