"""A sample community, invented: families with fictional numbers, places that help, staff, and a health fair."""
