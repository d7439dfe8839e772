"""What the simulated carrier is told at its start, and what may change while it runs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Config:
    """Fixed for the life of the server. `numbers` are the account's own senders, E.164; never empty."""

    account_sid: str
    auth_token: str
    numbers: tuple[str, ...]
    inbound_url: str | None = None
    messaging_service_sid: str | None = None
    phones_file: Path | None = None
    data_file: Path | None = None


@dataclass(slots=True)
class Settings:
    """Knobs of `POST /control/settings`; times in milliseconds.

    `latency_ms` is the whole round trip of one API call, `sending_ms` the wait in the carrier's queue,
    `delivery_ms` the time from `sent` to the final state.
    """

    latency_ms: float = 0
    sending_ms: float = 20
    delivery_ms: float = 300
    callback_sending: bool = False  # Twilio can tell of `sending` too; few applications need it
    stock_help: bool = False  # answer HELP as a number without Advanced Opt-Out does
    advanced_opt_out: bool = False  # add OptOutType to the webhook, leave the answer to the application
    late_service_block: bool = True  # through a service, 21610 comes by callback instead of at the call

    def change(self, wishes: Mapping[str, object]) -> None:
        """Take new values by name; ValueError for an unknown name or a wrong type, and nothing changes."""
        known = {field.name: field.type for field in fields(self)}
        for name, value in wishes.items():
            if name not in known:
                raise ValueError(f"unknown setting: {name}")
            numeric = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            if not (isinstance(value, bool) if known[name] is bool else numeric):
                raise ValueError(f"{name} wants {'true or false' if known[name] is bool else 'milliseconds'}")
        for name, value in wishes.items():
            setattr(self, name, value)

    def shown(self) -> dict[str, Any]:
        return asdict(self)
