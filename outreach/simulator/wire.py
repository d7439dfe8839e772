"""How Twilio writes things: message and error bodies, dates, pages."""

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from outreach.simulator.messages import Message

VERSION = "2010-04-01"


@lru_cache(maxsize=1024)
def rfc2822(second: int) -> str | None:
    """ "Tue, 24 Mar 2026 20:00:00 +0000"; None for 0, which stands for not yet."""
    return format_datetime(datetime.fromtimestamp(second, UTC)) if second else None


def show_message(message: Message, account_sid: str) -> dict[str, Any]:
    """One message as the API shows it."""
    uri = f"/{VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    choosing = message.status == "accepted"  # a service has not yet picked sender and encoding
    return {
        "account_sid": account_sid,
        "api_version": VERSION,
        "body": message.body,
        "date_created": rfc2822(int(message.created)),
        "date_sent": rfc2822(int(message.sent or (message.created if message.direction == "inbound" else 0))),
        "date_updated": rfc2822(int(message.updated or message.created)),
        "direction": message.direction,
        "error_code": message.error,
        "error_message": None,
        "from": message.sender or None,
        "messaging_service_sid": message.service_sid,
        "num_media": str(message.media),
        "num_segments": "0" if choosing else str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def show_page(
    messages: list[Message], account_sid: str, asked: dict[str, str], page: int, size: int, more: bool
) -> dict[str, Any]:
    """A page of messages with the addresses of the first and the next one."""
    path = f"/{VERSION}/Accounts/{account_sid}/Messages.json"

    def address(number: int, token: str | None = None) -> str:
        query = asked | {"PageSize": str(size), "Page": str(number)} | ({"PageToken": token} if token else {})
        return f"{path}?{urlencode(query)}"

    start = page * size
    return {
        "messages": [show_message(message, account_sid) for message in messages],
        "page": page,
        "page_size": size,
        "start": start,
        "end": start + max(len(messages) - 1, 0),
        "uri": address(page),
        "first_page_uri": address(0),
        "next_page_uri": address(page + 1, f"PA{messages[-1].sid}") if more else None,
        "previous_page_uri": address(page - 1) if page else None,
    }


def answer(content: object, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(content).encode(), status=status, content_type="application/json")


def refuse(status: int, code: int, text: str) -> web.Response:
    """An error body as Twilio's; a 429 also says when to come back."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    response = answer({"code": code, "message": text, "more_info": more, "status": status}, status)
    if status == 429:
        response.headers["Retry-After"] = "1"
    return response
