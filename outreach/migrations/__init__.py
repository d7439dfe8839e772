"""Schema migrations: `outreach db upgrade` brings any database to the models as they are."""
