"""All tables at once, for whoever needs the whole schema."""

from surveyapp.store.base import Base
from surveyapp.store.bots import Bot, Lease, Seen
from surveyapp.store.collectors import Collector, Door
from surveyapp.store.conversations import Conversation, Handover, Reminder, WaveKey
from surveyapp.store.drafts import Draft
from surveyapp.store.limits import Counter, DayKey
from surveyapp.store.organisations import Organisation, Unit
from surveyapp.store.programmes import Programme
from surveyapp.store.questionnaires import Frozen, Version
from surveyapp.store.responses import Inbox, Participation, Settled, SettledText, SubmissionKey
from surveyapp.store.waves import Wave

__all__ = (
    "Base",
    "Bot",
    "Collector",
    "Conversation",
    "Counter",
    "DayKey",
    "Door",
    "Draft",
    "Frozen",
    "Handover",
    "Inbox",
    "Lease",
    "Organisation",
    "Participation",
    "Programme",
    "Reminder",
    "Seen",
    "Settled",
    "SettledText",
    "SubmissionKey",
    "Unit",
    "Version",
    "Wave",
    "WaveKey",
)
