"""All tables at once, for whoever needs the whole schema."""

from surveyapp.store.analysts import Agreement, ApiToken
from surveyapp.store.audit import AuditEntry, AuditHead
from surveyapp.store.base import Base
from surveyapp.store.bots import Bot, Lease, Seen
from surveyapp.store.collectors import Collector, Door, OpenSurvey
from surveyapp.store.conversations import Conversation, Handover, Reminder, WaveKey
from surveyapp.store.drafts import Draft
from surveyapp.store.invitations import Invitation, Reset
from surveyapp.store.jobs import Job
from surveyapp.store.limits import Counter, DayKey
from surveyapp.store.organisations import Organisation, OrganisationDirectory, Unit
from surveyapp.store.people import Assignment, Belonging, Membership, MembershipUnit, Person
from surveyapp.store.programmes import Directory, Programme
from surveyapp.store.questionnaires import Frozen, Version
from surveyapp.store.releases import LedgerEntry, PublishedResults, Release, ReleaseFile, ReleasePart, WavePolicy
from surveyapp.store.responses import (
    ChannelCount,
    Inbox,
    Participation,
    Settled,
    SettledText,
    SubmissionKey,
    TextDeadline,
)
from surveyapp.store.signing_in import OidcLink, Passkey, PreSession, RecoveryCode, StaffSession, Totp
from surveyapp.store.waves import ClientNumber, Wave

__all__ = (
    "Agreement",
    "ApiToken",
    "Assignment",
    "AuditEntry",
    "AuditHead",
    "Base",
    "Belonging",
    "Bot",
    "ChannelCount",
    "ClientNumber",
    "Collector",
    "Conversation",
    "Counter",
    "DayKey",
    "Directory",
    "Door",
    "Draft",
    "Frozen",
    "Handover",
    "Inbox",
    "Invitation",
    "Job",
    "Lease",
    "LedgerEntry",
    "Membership",
    "MembershipUnit",
    "OidcLink",
    "OpenSurvey",
    "Organisation",
    "OrganisationDirectory",
    "Participation",
    "Passkey",
    "Person",
    "PreSession",
    "Programme",
    "PublishedResults",
    "RecoveryCode",
    "Release",
    "ReleaseFile",
    "ReleasePart",
    "Reminder",
    "Reset",
    "Seen",
    "Settled",
    "SettledText",
    "StaffSession",
    "SubmissionKey",
    "TextDeadline",
    "Totp",
    "Unit",
    "Version",
    "Wave",
    "WaveKey",
    "WavePolicy",
)
