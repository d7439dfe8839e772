"""What happens to a text after the carrier took it: sending, sent, delivered, and the callbacks."""

import asyncio
import time

from outreach.simulator.carrier import Carrier
from outreach.simulator.faults import SMOOTH, Fate
from outreach.simulator.messages import FINAL, TO_PHONE, Message
from outreach.simulator.webhooks import Webhooks

OPTED_OUT = 21610
REORDER_GAP = 0.05  # seconds by which a swapped `sent` trails the final status


class Delivery:
    """Moves texts on by timers of the running loop."""

    def __init__(self, carrier: Carrier, webhooks: Webhooks) -> None:
        self.carrier = carrier
        self.webhooks = webhooks

    def begin(self, message: Message, fate: Fate = SMOOTH) -> None:
        """Let a text that was just taken go its way."""
        loop = asyncio.get_running_loop()
        if message.status == "scheduled":
            loop.call_later(max(0.0, message.send_at - time.time()), self._leave_schedule, message, fate)
        else:
            loop.call_later(self.carrier.settings.sending_ms / 1000, self._send, message, fate)

    def resume(self) -> None:
        """After a restart: texts on their way go on from where they were."""
        loop = asyncio.get_running_loop()
        for message in self.carrier.log.all:
            if message.direction not in TO_PHONE or message.status in FINAL:
                continue
            if message.status == "sent":
                loop.call_later(self.carrier.settings.delivery_ms / 1000, self._finish, message, SMOOTH)
            else:
                self.begin(message)

    def _leave_schedule(self, message: Message, fate: Fate) -> None:
        if message.status == "scheduled" and self.carrier.log.holds(message):
            self.carrier.mark(message, "queued")
            self.begin(message, fate)

    def _send(self, message: Message, fate: Fate) -> None:
        if message.status in FINAL or not self.carrier.log.holds(message):  # canceled while it waited
            return
        if not message.sender:  # a service picks its sender now
            message.sender = self.carrier.sender_for(message.to)
        self._step(message, "sending", fate)
        if self.carrier.is_blocked(message.to, self.carrier.pool(message.sender)):
            self._step(message, "failed", fate, OPTED_OUT)
        elif fate.undeliver and fate.undeliver.final == "failed":
            self._step(message, "failed", fate, fate.undeliver.code)
        else:
            self._step(message, "sent", fate)
            wait = self.carrier.settings.delivery_ms / 1000
            asyncio.get_running_loop().call_later(wait, self._finish, message, fate)

    def _finish(self, message: Message, fate: Fate) -> None:
        if not self.carrier.log.holds(message):
            return
        if fate.undeliver:
            self._step(message, "undelivered", fate, fate.undeliver.code)
        else:
            self._step(message, "delivered", fate)
        if fate.reorder and message.callback:
            asyncio.get_running_loop().call_later(REORDER_GAP, self._call_back, message, "sent", None, fate)

    def _step(self, message: Message, status: str, fate: Fate, error: int | None = None) -> None:
        self.carrier.mark(message, status, error)
        late = fate.reorder and status == "sent"  # `_finish` sends it after the final one
        quiet = status == "sending" and not self.carrier.settings.callback_sending
        if message.callback and not late and not quiet:
            self._call_back(message, status, error, fate)

    def _call_back(self, message: Message, status: str, error: int | None, fate: Fate) -> None:
        if message.callback is None or fate.lose:
            return
        params = callback_params(message, self.carrier.config.account_sid, status, error)
        for _ in range(2 if fate.double else 1):
            self.webhooks.queue(message.callback, params)


def callback_params(message: Message, account_sid: str, status: str, error: int | None) -> dict[str, str]:
    """The form of one status callback (Twilio, "Track the Message Status of Outbound Messages")."""
    params = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "AccountSid": account_sid,
        "From": message.sender,
        "To": message.to,
        "ApiVersion": "2010-04-01",
    }
    if message.service_sid:
        params["MessagingServiceSid"] = message.service_sid
    if error is not None:
        params["ErrorCode"] = str(error)
    if status in ("delivered", "undelivered"):
        params["RawDlrDoneDate"] = time.strftime("%y%m%d%H%M", time.gmtime())
    return params
