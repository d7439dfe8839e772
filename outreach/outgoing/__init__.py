"""A text to a family: queued once, sent at a decent hour, followed to its receipt."""
