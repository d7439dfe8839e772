"""Outreach: translated campaigns go out to families, their keyword replies come back."""
