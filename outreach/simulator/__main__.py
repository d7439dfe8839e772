"""Command line of the simulated carrier: `python -m outreach.simulator --port 4010 --inbound-url …`."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from outreach.simulator.config import Config, Settings
from outreach.simulator.phonebook import E164
from outreach.simulator.server import run


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m outreach.simulator", description=__doc__)
    env = os.environ.get
    parser.add_argument("--port", type=int, default=4010, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--account-sid", default=env("TWILIO_ACCOUNT_SID"), help="or TWILIO_ACCOUNT_SID")
    parser.add_argument("--auth-token", default=env("TWILIO_AUTH_TOKEN"), help="or TWILIO_AUTH_TOKEN")
    parser.add_argument("--number", action="append", help="a sender of the account, E.164; may be repeated")
    parser.add_argument("--messaging-service-sid", help="all numbers belong to it: a STOP covers all of them")
    parser.add_argument("--inbound-url", help="where texts from phones are posted")
    parser.add_argument("--latency-ms", type=float, default=0, help="round trip of one API call")
    parser.add_argument("--delivery-ms", type=float, default=300, help="from sent to delivered")
    parser.add_argument("--phones", type=Path, help="JSON list of {number, label, language, name, chips}")
    parser.add_argument("--data", type=Path, help="journal file; texts and blocks then survive a restart")
    chosen = parser.parse_args(arguments)
    chosen.number = chosen.number or ["+16175550100"]
    if not chosen.account_sid or not chosen.auth_token:
        parser.error("--account-sid and --auth-token (or their variables) are needed")
    if not all(E164.fullmatch(number) for number in chosen.number):
        parser.error("--number wants E.164, as +16175550100")
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = parse(arguments)
    config = Config(
        account_sid=chosen.account_sid,
        auth_token=chosen.auth_token,
        numbers=tuple(chosen.number),
        inbound_url=chosen.inbound_url,
        messaging_service_sid=chosen.messaging_service_sid,
        phones_file=chosen.phones,
        data_file=chosen.data,
    )
    settings = Settings(latency_ms=chosen.latency_ms, delivery_ms=chosen.delivery_ms)
    try:
        run(config, settings, chosen.host, chosen.port)
    except (OSError, ValueError) as wrong:  # a taken port, a phones file that cannot be read
        sys.exit(f"simulator: {wrong}")


if __name__ == "__main__":
    main()
