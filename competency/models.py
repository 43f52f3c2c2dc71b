"""The packages' models, gathered for Django."""

from competency.accounts.models import PersonKey, User
from competency.appeals.models import Appeal, RemediationPlan
from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.batches.models import IssuingItem, IssuingRun
from competency.cases.models import Case, Complaint
from competency.certificates.models import (
    Achievement,
    Certificate,
    Credential,
    RegisterNumber,
    StatusList,
)
from competency.credentials.models import IssuerIdentity, IssuerKey
from competency.decisions.models import Decision, Minimum, Standard, StandardVersion
from competency.evidence.models import Evidence
from competency.frameworks.models import (
    Competency,
    Criterion,
    Domain,
    Framework,
    FrameworkVersion,
    Indicator,
    Level,
    Rubric,
    RubricVersion,
    ScopeProfile,
    ScopeProfileVersion,
)
from competency.hours.models import HoursChoice, HoursEntry, HoursProfile
from competency.integrity.models import IntegrityCheck
from competency.invitations.models import Invitation
from competency.notifications.models import Muted, Notification
from competency.parking.models import Mishap
from competency.privacy.models import Consent, Erasure, Notice
from competency.programs.circumstances import Accommodation, Conflict, Leave, Placement
from competency.programs.models import Cohort, Enrolment, Issuer, Membership, Program
from competency.renderings.models import IssuerSeal, Rendering
from competency.reports.models import (
    Report,
    ReportLine,
    ReportPart,
    ReportSchedule,
    ReportStanding,
)
from competency.rosters.models import Roster
from competency.sharing.models import Disclosure, ShareLink
from competency.webhooks.models import Delivery, Endpoint, Try

__all__ = [
    "Accommodation",
    "Achievement",
    "Appeal",
    "AuditEvent",
    "AuditSeal",
    "Case",
    "Certificate",
    "Cohort",
    "Competency",
    "Complaint",
    "Conflict",
    "Consent",
    "Credential",
    "Criterion",
    "Decision",
    "Delivery",
    "Disclosure",
    "Domain",
    "Endpoint",
    "Enrolment",
    "Erasure",
    "Evidence",
    "Framework",
    "FrameworkVersion",
    "HoursChoice",
    "HoursEntry",
    "HoursProfile",
    "Indicator",
    "IntegrityCheck",
    "Invitation",
    "Issuer",
    "IssuerIdentity",
    "IssuerKey",
    "IssuerSeal",
    "IssuingItem",
    "IssuingRun",
    "Leave",
    "Level",
    "Membership",
    "Minimum",
    "Mishap",
    "Muted",
    "Notice",
    "Notification",
    "PersonKey",
    "Placement",
    "Program",
    "RegisterNumber",
    "RemediationPlan",
    "Rendering",
    "Report",
    "ReportLine",
    "ReportPart",
    "ReportSchedule",
    "ReportStanding",
    "Roster",
    "Rubric",
    "RubricVersion",
    "ScopeProfile",
    "ScopeProfileVersion",
    "SealEntry",
    "ShareLink",
    "Standard",
    "StandardVersion",
    "StatusList",
    "Try",
    "User",
]
