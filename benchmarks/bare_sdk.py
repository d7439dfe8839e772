"""The limit of dispatch: Twilio's SDK as it ships, told to send as fast as it can, with nothing around it."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from benchmarks.community import phone
from outreach.outgoing.dispatch import IN_FLIGHT
from tests.support.servers import ACCOUNT, SENDER, TOKEN

BODY = (
    "Riverside: Free check of your child's eyes on Saturday, December 5 at 10:00 AM, Lincoln School gym. No insurance "
    "or papers needed. Text TALK with questions. Text STOP to stop."
)


def send(ready: Barrier, carrier: str, number: int, warm_up: int, size: int, status_url: str) -> None:
    """Send `warm_up` texts, wait for the others and for the start, then send `size`: the work of one process."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # its pool of ten connections is full, and says so
    client = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(pool_connections=True))
    client.api.base_url = carrier

    def send_one(row: int) -> None:
        client.messages.create(
            to=phone(row), body=BODY, from_=SENDER, status_callback=f"{status_url}?message={row}", validity_period=36000
        )

    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        list(threads.map(send_one, range(warm_up)))
        ready.wait(120)
        ready.wait(120)
        time.sleep(0.05)  # the reset has been answered
        list(threads.map(send_one, range(number * size, (number + 1) * size)))
