"""How long each kind of record is kept, from when, why, and what happens then: the one table.

Every table of the database stands in it once. What has a period is deleted by the daily sweep
(`due` finds it); a deployment may set the periods that name a variable, within their bounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


def gettext_noop(words: str) -> str:
    """Marks words for translation where Django is not at hand; pages translate them."""
    return words


_ = gettext_noop


class Ends(StrEnum):
    DELETED = _("Deleted")
    EMPTIED = _("The content is deleted; that it was, and its hash, stay")
    WITH_ACCOUNT = _("Deleted when the person is erased")
    PSEUDONYMIZED = _("Kept; the person’s name and own words go when they are erased")
    KEPT = _("Kept")


@dataclass(frozen=True)
class Period:
    """Days, which the variable sets from `least` to `most`."""

    days: int
    setting: str
    least: int
    most: int


@dataclass(frozen=True)
class Rule:
    """`tables` are the rows that it speaks of. `lasts` says in words what no period says."""

    code: str
    what: str
    since: str
    why: str
    ends: Ends
    tables: tuple[str, ...] = ()
    period: Period | None = None
    lasts: str = _("For good")


# Longer than the first reminder before a certificate expires, whose rows keep it from repeating.
TOLD_AT_LEAST = 120
SWEPT: tuple[Rule, ...] = (
    Rule(
        "deliveries",
        _("Webhook deliveries with their requests and answers"),
        _("since the event, once delivered or given up, or once the address is switched off"),
        _("To prove what another system was told, and to send it again."),
        Ends.DELETED,
        ("competency.Delivery", "competency.Try"),
        Period(180, "WEBHOOK_DAYS", TOLD_AT_LEAST, 3650),
    ),
    Rule(
        "notifications",
        _("Notifications, and that they were mailed"),
        _("since they were written"),
        _("So that people find what waits, and are told of nothing twice."),
        Ends.DELETED,
        ("competency.Notification",),
        Period(365, "NOTIFICATION_DAYS", TOLD_AT_LEAST, 3650),
    ),
    Rule(
        "jottings",
        _("Unfinished words on a dispute, a passage or an opinion"),
        _("since they were last saved, once the task is done or somebody else’s"),
        _("They may quote a trainee. What is given goes into the record, and these go at once."),
        Ends.DELETED,
        ("assessments.Jotting",),
        Period(30, "DRAFT_DAYS", 1, 365),
    ),
    Rule(
        "review-drafts",
        _("Drafts of reviews that were never completed"),
        _("since they were last saved, once the seat was given up or lapsed"),
        _("They may quote a trainee, and no decision rests on them."),
        Ends.DELETED,
        ("assessments.ReviewDraft",),
        Period(30, "DRAFT_DAYS", 1, 365),
    ),
    Rule(
        "practice",
        _("Practice cases and what was answered in them"),
        _("since they were begun"),
        _("To try the page on; never evidence."),
        Ends.DELETED,
        ("assessments.PracticeSitting",),
        Period(180, "PRACTICE_DAYS", 1, 3650),
    ),
    Rule(
        "report-files",
        _("Files of reports"),
        _("since they were made"),
        _("To be fetched. The row and its signed manifest stay, so that a copy can be checked."),
        Ends.EMPTIED,
        ("competency.ReportPart",),
        Period(30, "REPORT_DAYS", 1, 3650),
    ),
    Rule(
        "invitations",
        _("Invitations that nobody accepted, with their address"),
        _("since they expired or were withdrawn"),
        _("To see whom one asked. Who accepted has an account; the trail keeps both acts."),
        Ends.DELETED,
        ("competency.Invitation",),
        Period(90, "INVITATION_DAYS", 1, 3650),
    ),
    Rule(
        "mishaps",
        _("Errors of background work that staff released"),
        _("since they were released"),
        _("To find what goes wrong again. An error may quote what it failed on."),
        Ends.DELETED,
        ("competency.Mishap",),
        Period(365, "MISHAP_DAYS", 30, 3650),
    ),
    Rule(
        "sessions",
        _("Browsers that were signed in, with their network address"),
        _("since the sign-in ended by itself"),
        _("So that people can end a sign-in elsewhere. A sign-out deletes it at once."),
        Ends.DELETED,
        ("sessions.Session", "usersessions.UserSession"),
        Period(1, "SESSION_TRACE_DAYS", 0, 30),
    ),
    Rule(
        "tokens",
        _("Interface tokens that have ended"),
        _("since they ended by themselves"),
        _("They open nothing any more."),
        Ends.DELETED,
        ("authtoken.Token",),
        Period(1, "TOKEN_TRACE_DAYS", 0, 30),
    ),
)
BY_THEMSELVES: tuple[Rule, ...] = (
    Rule(
        "rosters",
        _("Rows of an uploaded roster"),
        _("since the upload, or until it is imported or dropped"),
        _("To show what an import would change. That there was one stays."),
        Ends.EMPTIED,
        ("competency.Roster",),
        lasts=_("24 hours"),
    ),
    Rule(
        "failed-sign-ins",
        _("Counts of failed sign-ins and of requests"),
        _("since the last one"),
        _("To slow down who guesses. They are hashed, and lie in the cache alone."),
        Ends.DELETED,
        lasts=_("15 minutes"),
    ),
    Rule(
        "own-data",
        _("The ZIP of one’s own data, and the text of mail"),
        _("as soon as it is sent"),
        _("They are made when asked for and stored nowhere here."),
        Ends.DELETED,
        lasts=_("Not kept"),
    ),
    Rule(
        "save-keys",
        _("Keys by which a repeated save is known for the same"),
        _("with the answer, draft or sitting that they stand on"),
        _("They are random and say nothing of a person."),
        Ends.KEPT,
        lasts=_("As long as that row"),
    ),
)
CONVENIENCES: tuple[Rule, ...] = (
    Rule(
        "conveniences",
        _("Choices of one’s own: kept comments, muted kinds, keys of the desk"),
        _("from the choice"),
        _("They serve nobody but the person."),
        Ends.WITH_ACCOUNT,
        ("assessments.Comment", "assessments.DeskChoice", "competency.Muted"),
        lasts=_("As long as the account"),
    ),
    Rule(
        "sign-in",
        _("Ways to sign in: addresses, second factors, single sign-on"),
        _("from the account"),
        _("To know who acts."),
        Ends.WITH_ACCOUNT,
        (
            *("account.EmailAddress", "account.EmailConfirmation", "mfa.Authenticator"),
            *("socialaccount.SocialAccount", "socialaccount.SocialToken"),
        ),
        lasts=_("As long as the account"),
    ),
)
FOR_GOOD: tuple[Rule, ...] = (
    Rule(
        "accounts",
        _("Accounts, and the key that seals a person’s own words"),
        _("from the account"),
        _("Acts need somebody who did them. An erasure destroys the key and takes the name."),
        Ends.PSEUDONYMIZED,
        ("competency.User", "competency.PersonKey"),
    ),
    Rule(
        "submissions",
        _("Sittings, answers, times and scores"),
        _("from the assignment"),
        _("A decision rests on them; whoever is judged must be able to prove what they wrote."),
        Ends.PSEUDONYMIZED,
        (
            *("assessments.Attempt", "assessments.Submission", "assessments.StageCommit"),
            *("assessments.Answer", "assessments.LateAnswer", "assessments.LateRuling"),
            *("assessments.Pause", "assessments.Score", "assessments.Sitting"),
            *("assessments.Place", "assessments.Extension"),
        ),
    ),
    Rule(
        "reviews",
        _("Reviews, ratings with reasons, settlements, harm flags and opinions"),
        _("from the seat"),
        _("A decision rests on them, and who judged answers for it by name."),
        Ends.PSEUDONYMIZED,
        (
            *("assessments.Licence", "assessments.Review", "assessments.Rating"),
            *("assessments.Citation", "assessments.HarmObservation", "assessments.Adjudication"),
            *("assessments.Settlement", "assessments.HarmFlag", "assessments.HarmJudgement"),
            *("assessments.Opinion", "competency.Evidence"),
        ),
    ),
    Rule(
        "decisions",
        _("Decisions with their dossiers, appeals, plans, cases and complaints"),
        _("from the proposal"),
        _("A certifying body keeps the records of certification (ISO/IEC 17024, 7.4)."),
        Ends.PSEUDONYMIZED,
        (
            *("competency.Decision", "competency.Appeal", "competency.RemediationPlan"),
            *("competency.Case", "competency.Complaint"),
        ),
    ),
    Rule(
        "certificates",
        _("Certificates, signed credentials, status lists and the register"),
        _("from the award"),
        _("Whoever was shown one must be able to check it, and tell revoked from never issued."),
        Ends.KEPT,
        (
            *("competency.Certificate", "competency.Credential", "competency.Transcript"),
            *("competency.StatusList", "competency.Achievement", "competency.RegisterNumber"),
            *("competency.Rendering", "competency.IssuerIdentity", "competency.IssuerKey"),
            *("competency.IssuerSeal", "competency.IssuingRun", "competency.IssuingItem"),
            *("competency.Disclosure", "competency.ShareLink"),
        ),
    ),
    Rule(
        "trail",
        _("The audit trail, its seals and checks, and what these sweeps deleted"),
        _("from the act"),
        _("A chain with a gap proves nothing. It names people by a number, never by a name."),
        Ends.KEPT,
        (
            *("competency.AuditEvent", "competency.AuditSeal", "competency.SealEntry"),
            *("competency.IntegrityCheck", "assessments.RetentionSweep", "admin.LogEntry"),
        ),
    ),
    Rule(
        "reports",
        _("Rows of reports as they stood, and manifests of reports that were made"),
        _("from the decision, or the report"),
        _("A report made again for a past date gives the same rows."),
        Ends.KEPT,
        (
            *("competency.ReportLine", "competency.ReportStanding"),
            *("competency.Report", "competency.ReportSchedule"),
        ),
    ),
    Rule(
        "places",
        _("Programs, roles, places in cohorts, supervision, leave and more time"),
        _("from the first day"),
        _("That a judgment was independent must stay provable."),
        Ends.PSEUDONYMIZED,
        (
            *("competency.Issuer", "competency.Program", "competency.Cohort"),
            *("competency.Membership", "competency.Enrolment", "competency.Leave"),
            *("competency.Placement", "competency.Conflict", "competency.Accommodation"),
            *("competency.Endpoint",),
        ),
    ),
    Rule(
        "hours",
        _("Hours with their evidence, and what a jurisdiction requires"),
        _("from the entry"),
        _("A license may rest on them."),
        Ends.PSEUDONYMIZED,
        ("competency.HoursProfile", "competency.HoursChoice", "competency.HoursEntry"),
    ),
    Rule(
        "consents",
        _("Notices, consents and erasures"),
        _("from the day"),
        _("To prove what was agreed to, taken back and erased."),
        Ends.KEPT,
        ("competency.Notice", "competency.Consent", "competency.Erasure"),
    ),
    Rule(
        "content",
        _("Frameworks, rubrics, standards, cases, keys and assessments"),
        _("from the draft"),
        _("What was judged points for ever at the words that were used."),
        Ends.KEPT,
        (
            *("competency.Framework", "competency.FrameworkVersion", "competency.Domain"),
            *("competency.Competency", "competency.Indicator", "competency.Rubric"),
            *("competency.RubricVersion", "competency.Criterion", "competency.Level"),
            *("competency.ScopeProfile", "competency.ScopeProfileVersion"),
            *("competency.Standard", "competency.StandardVersion", "competency.Minimum"),
            *("assessments.Vignette", "assessments.VignetteVersion", "assessments.Stage"),
            *("assessments.Item", "assessments.Option", "assessments.ItemCriterion"),
            *("assessments.Key", "assessments.KeyEntry", "assessments.Panelist"),
            *("assessments.PanelVote", "assessments.Assessment", "assessments.Form"),
            *("assessments.FormVignette", "assessments.ReserveVignette"),
        ),
    ),
)
RULES = (*SWEPT, *BY_THEMSELVES, *CONVENIENCES, *FOR_GOOD)


def periods() -> dict[str, Period]:
    """Each variable that a deployment may set, with its default and bounds."""
    return {rule.period.setting: rule.period for rule in SWEPT if rule.period}


def days_of(rule: Rule, days: Mapping[str, int]) -> int:
    """How long a rule keeps its rows here. Raises KeyError for one without a period."""
    if rule.period is None:
        raise KeyError(rule.code)
    return days[rule.period.setting]
