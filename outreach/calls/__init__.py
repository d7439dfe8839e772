"""Calls from a page: staff are rung first, the family when they press 1; both phones show the service's number."""
