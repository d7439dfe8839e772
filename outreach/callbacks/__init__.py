"""A family asks that a person calls: who takes it, by when, and how it went."""
