"""Where a campaign stands is said in words; amber only when it really waits."""

from datetime import UTC, datetime, timedelta

import pytest

from outreach import clock
from outreach.admin.forms.standing import say
from outreach.campaigns.models import CampaignState
from outreach.campaigns.progress import Progress
from outreach.outgoing.models import MessageStatus as S
from outreach.runtime import Runtime

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # in New York


@pytest.mark.parametrize(
    ("counts", "said", "tone"),
    [
        ({S.DELIVERED: 278, S.HELD: 1}, "278 delivered; 1 waits until 9:00 pm", "go"),
        ({S.DELIVERED: 200, S.SENT: 70, S.HELD: 9}, "270 have left; 9 wait until 9:00 pm", "go"),
        ({S.DELIVERED: 20, S.HELD: 259}, "20 delivered; 259 wait until 9:00 pm", "wait"),
        ({S.SENT: 20, S.HELD: 259}, "20 have left; 259 wait until 9:00 pm", "go"),
        ({S.HELD: 1279}, "None has left; 1,279 wait until 9:00 pm", "wait"),
        ({S.QUEUED: 1, S.DELIVERED: 7, S.HELD: 1}, "Sending: 7 of 9", "go"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_held_texts_are_told_with_the_hour_they_wait_for(
    work: Runtime, counts: dict[S, int], said: str, tone: str
) -> None:
    found = Progress(CampaignState.RUNNING, counts, (), 0, 0)
    with clock.frozen(NOON):
        assert say(found, None, NOON + timedelta(hours=9)) == (said, tone)
