"""The edge to the phone networks: what a carrier does for us, and Twilio doing it."""
