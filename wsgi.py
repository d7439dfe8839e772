"""What a WSGI server runs: `gunicorn wsgi:application` (or `wsgi:app`), on settings from the environment."""

from outreach.wsgi import app, application

__all__ = ["app", "application"]
