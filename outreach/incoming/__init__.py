"""A text from a family: stored, understood, routed, answered."""
