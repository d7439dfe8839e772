"""A family's phone texts us: the carrier's stop list first, then the application's webhook and answer."""

import asyncio
from xml.etree import ElementTree

from outreach.simulator.carrier import Carrier
from outreach.simulator.delivery import OPTED_OUT, Delivery
from outreach.simulator.messages import Message
from outreach.simulator.optout import OptOut, read_keyword
from outreach.simulator.webhooks import Answer, Webhooks

REMEMBERED = 10_000  # webhook forms kept for a replay


class Inbound:
    """Takes texts from phones and hands them to the application."""

    def __init__(self, carrier: Carrier, webhooks: Webhooks, delivery: Delivery) -> None:
        self.carrier = carrier
        self.webhooks = webhooks
        self.delivery = delivery
        self.forms: dict[str, dict[str, str]] = {}
        self.running: set[asyncio.Task[Answer | None]] = set()

    def receive(self, phone: str, body: str, media: int = 0, to: str | None = None) -> tuple[Message, str | None]:
        """Take one text from a phone; returns it and the carrier's own answer, if it gave one."""
        number = to or self.carrier.sender_for(phone)
        settings = self.carrier.settings
        blocked = self.carrier.is_blocked(phone, self.carrier.pool(number))
        keyword = read_keyword(body, number, blocked, settings.stock_help)
        message = self.carrier.keep(number, phone, body, "inbound", "received", media=media)
        if keyword.block is not None:
            self.carrier.block(phone, number, keyword.block)
        answer = None if settings.advanced_opt_out else keyword.answer
        if answer:
            self.carrier.answer(phone, number, answer)
        self._remember(message, keyword)
        return message, answer

    def _remember(self, message: Message, keyword: OptOut) -> None:
        opt_out = keyword.kind if self.carrier.settings.advanced_opt_out else None
        self.forms[message.sid] = self._form(message, opt_out)
        if len(self.forms) > REMEMBERED:
            del self.forms[next(iter(self.forms))]

    def _form(self, message: Message, opt_out: str | None) -> dict[str, str]:
        """Twilio's form; geography is the rate centre's and often blank, and blank fields are sent too."""
        config = self.carrier.config
        form = {
            "ToCountry": "US", "ToState": "MA", "ToCity": "", "ToZip": "",
            "FromCountry": "US", "FromState": "MA", "FromCity": "", "FromZip": "",
            "SmsMessageSid": message.sid, "SmsSid": message.sid, "MessageSid": message.sid,
            "AccountSid": config.account_sid, "ApiVersion": "2010-04-01", "SmsStatus": "received",
            "From": message.sender, "To": message.to, "Body": message.body,
            "NumMedia": str(message.media), "NumSegments": str(message.segments),
        }  # fmt: skip
        if config.messaging_service_sid:
            form["MessagingServiceSid"] = config.messaging_service_sid
        if opt_out:
            form["OptOutType"] = opt_out
        for place in range(message.media):
            account = f"https://api.twilio.com/2010-04-01/Accounts/{config.account_sid}"
            form[f"MediaUrl{place}"] = f"{account}/Messages/{message.sid}/Media/ME{place:032x}"
            form[f"MediaContentType{place}"] = "image/jpeg"
        return form

    async def deliver(self, sid: str) -> Answer | None:
        """Post one remembered text to the application and act on its answer; None without an inbound URL."""
        if self.carrier.config.inbound_url is None:
            return None
        form = self.forms[sid]
        answer = await self.webhooks.post(self.carrier.config.inbound_url, form)
        for body, to in read_replies(answer):
            self._reply(form["To"], to or form["From"], body)
        return answer

    def deliver_soon(self, sid: str) -> None:
        task = asyncio.create_task(self.deliver(sid))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    def _reply(self, sender: str, to: str, body: str) -> None:
        reply = self.carrier.keep(to, sender, body, "outbound-reply", "queued")
        if self.carrier.is_blocked(to, self.carrier.pool(sender)):
            self.carrier.mark(reply, "failed", OPTED_OUT)
        else:
            self.delivery.begin(reply)


def read_replies(answer: Answer) -> list[tuple[str, str | None]]:
    """Replies in the application's answer, as (body, to): TwiML <Message>s, or plain text."""
    if not answer.good or not answer.body.strip():
        return []
    if answer.content_type == "text/plain":
        return [(answer.body.strip(), None)]
    try:
        root = ElementTree.fromstring(answer.body)  # noqa: S314 - from the application under test, on this machine
    except ElementTree.ParseError:
        return []
    found = [(_body_of(message), message.get("to")) for message in root.iter("Message")]
    return [(body, to) for body, to in found if body]


def _body_of(message: ElementTree.Element) -> str:
    return "".join([message.text or "", *(body.text or "" for body in message.iter("Body"))]).strip()
