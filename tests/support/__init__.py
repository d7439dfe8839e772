"""Real servers and factories for tests. Nothing here stands in for a part of ours."""
