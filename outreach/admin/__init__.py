"""Pages for staff: campaigns, families, callbacks, events, languages."""
