"""What staff type into pages, read and checked before anything acts on it."""
