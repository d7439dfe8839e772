"""Puts the carrier behind HTTP: Twilio's API, the control levers and the wall of phones."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator

from aiohttp import web

from outreach.simulator.calls_control import CallsControl
from outreach.simulator.calls_rest import CallsRest
from outreach.simulator.carrier import Carrier
from outreach.simulator.config import Config, Settings
from outreach.simulator.control import Control
from outreach.simulator.delivery import Delivery
from outreach.simulator.inbound import Inbound
from outreach.simulator.phones import Wall
from outreach.simulator.rest import Rest
from outreach.simulator.switchboard import Switchboard
from outreach.simulator.webhooks import Webhooks

CARRIER = web.AppKey("carrier", Carrier)


def make_app(config: Config, settings: Settings | None = None) -> web.Application:
    """The whole simulator as one aiohttp application; it opens its journal when it starts."""
    carrier = Carrier(config, settings)
    webhooks = Webhooks(config.auth_token)
    delivery = Delivery(carrier, webhooks)
    inbound = Inbound(carrier, webhooks, delivery)
    switchboard = Switchboard(carrier, webhooks)
    wall = Wall(carrier, inbound, switchboard.legs)
    rest = Rest(carrier, delivery)
    app = web.Application()
    app[CARRIER] = carrier
    app.add_routes(CallsRest(carrier, switchboard, rest).routes())
    app.add_routes(rest.routes())
    app.add_routes(CallsControl(switchboard).routes())
    app.add_routes(Control(carrier, inbound, webhooks, switchboard).routes())
    app.add_routes(wall.routes())

    async def live(_: web.Application) -> AsyncIterator[None]:
        carrier.open()
        await webhooks.start()
        delivery.resume()
        wall.start()
        yield
        await switchboard.stop()
        await webhooks.stop()
        carrier.journal.close()

    async def close_pages(_: web.Application) -> None:
        await wall.stop()  # open event streams would hold the shutdown up

    app.on_shutdown.append(close_pages)
    app.cleanup_ctx.append(live)
    return app


async def serve(config: Config, settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; prints one line when ready, with the port that was bound.

    Raises OSError when the port is taken.
    """
    runner = web.AppRunner(make_app(config, settings), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
        gc.freeze()  # what lives for good need not be walked at each collection
        print(f"simulator ready on http://{host}:{runner.addresses[0][1]}", flush=True)
        await _told_to_stop()
    finally:
        await runner.cleanup()


async def _told_to_stop() -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()


def run(config: Config, settings: Settings | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
    """Serve in this process; `port` 0 takes a free one. Raises OSError when the port is taken."""
    asyncio.run(serve(config, settings or Settings(), host, port))
