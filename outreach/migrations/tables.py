"""Every model of the service, imported so that `metadata` is complete."""

import outreach.callbacks.crisis.models
import outreach.callbacks.models
import outreach.calls.models
import outreach.campaigns.models
import outreach.incoming.models
import outreach.mail.models
import outreach.outgoing.models
import outreach.people.models
import outreach.resources.models
import outreach.resources.upkeep.models
import outreach.staff.models
import outreach.threads.models
import outreach.wording.models  # noqa: F401
from outreach.db import Base

metadata = Base.metadata
