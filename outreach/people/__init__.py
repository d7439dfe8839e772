"""Whom we may write to: phones, consent, rosters and audiences."""
