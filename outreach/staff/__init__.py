"""Who works here: accounts, roles, and the audit trail of what they did."""
