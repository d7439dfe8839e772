"""The other end of the journey: a carrier on this machine that speaks Twilio's API, with phones to look at.

A separate server; it imports nothing else of this project. Start it with `python -m outreach.simulator`.
What goes wrong at a carrier is asked for by rules (`POST /control/faults`, see `faults.py`);
no number is magic.

Twilio's API is below /2010-04-01, the levers for tests below /control (listed in `control.py`), the wall of
phones at /. Point the SDK here with `client.api.base_url = "http://127.0.0.1:4010"`.
"""
