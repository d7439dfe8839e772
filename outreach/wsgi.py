"""The WSGI application of an installed package: `gunicorn outreach.wsgi:application`."""

from outreach.app import create_app
from outreach.settings import Settings

application = app = create_app(Settings.from_env())
