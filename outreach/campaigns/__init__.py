"""What is planned: packs, timelines, launches, runs, events and series."""
