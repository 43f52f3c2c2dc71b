"""What is frozen stays frozen, whoever asks: in SQL, past every service.

One row stands for every trigger that freezes; a trigger without a row here fails the last test.
"""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pgtrigger
import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils import timezone

from assessments.attempts.models import LateAnswer, LateRuling, Pause
from assessments.attempts.services import save_answer
from assessments.desk.models import ReviewDraft
from assessments.harm.models import HarmFlag
from assessments.instruments import services as instruments
from assessments.referrals.models import Opinion
from assessments.retention.models import RetentionSweep
from assessments.reviews.judgements import mapped_criteria
from assessments.reviews.models import Citation, HarmObservation
from assessments.reviews.services import lapse, start_review
from assessments.rights.services import erase_person
from assessments.sittings.services import cancel_sitting, give_more_time
from assessments.vignettes import services as vignettes
from assessments.vignettes.models import Item, ItemCriterion, KeyEntry, Option, Panelist, PanelVote
from competency.appeals.models import Appeal, RemediationPlan
from competency.audit.models import AuditEvent, SealEntry
from competency.audit.sealing import seal_events
from competency.cases import services as cases
from competency.certificates.transcripts import sign_transcript
from competency.foundation.triggers import FollowsTable, Frozen, FrozenWith
from competency.frameworks.models import Competency, Domain, Indicator, Level
from competency.hours.profiles import adopt_profile, confirm_profile
from competency.hours.services import submit_hours
from competency.integrity import runs
from competency.integrity.services import ask_for_check
from competency.privacy.services import give_consent
from competency.programs import places
from competency.programs import services as programs
from competency.renderings.models import IssuerSeal, Rendering
from competency.reports.models import ReportSchedule
from competency.reports.triggers import NotesDecision, NotesStanding
from competency.rosters.services import check_roster, drop_roster
from competency.sharing.models import Disclosure, ShareLink
from tests import factories
from tests.factories import contents
from tests.refusals import again, change, frozen

NOW = timezone.now()


@pytest.fixture(scope="module")
def shared_rows(shared_campus, django_db_blocker):
    """By model name: a row that is frozen, and where it is a part, one that is still open."""
    with django_db_blocker.unblock():
        return SimpleNamespace(**content(shared_campus), **marking(shared_campus))


def content(campus):
    """Parts of published versions, and of drafts."""
    program, author = campus.program, campus.author
    framework = factories.drafted_framework(program, author, contents.framework_content(version=2))
    rubric = factories.drafted_rubric(
        program, author, contents.rubric_content(version=2), framework=campus.framework
    )
    standard = factories.drafted_standard(program, author, version=2)
    vignette = factories.drafted_vignette(program, author, {"version": 2}, rubric=campus.rubric)
    draft_key = factories.drafted_key(
        campus.vignette, author, {"version": 2}, profile=campus.profile
    )
    key = factories.drafted_key(campus.vignette, author, {"version": 3}, profile=campus.profile)
    voted = [panel_vote(one) for one in (key, draft_key)]
    vignettes.publish_key(key, by=author)
    spare = factories.published_vignette(program, author, {"code": "V2"}, rubric=campus.rubric)
    factories.published_key(spare, author, profile=campus.profile)
    published, draft = (
        instruments.draft_assessment(
            program,
            contents.assessment_content(version=number, reserves=[{"vignette": "V2/1"}]),
            rubric_version=campus.rubric,
            scope_profile_version=campus.profile,
            standard_version=campus.standard,
            vignettes={"V1/1": campus.vignette, "V2/1": spare},
            by=author,
        )
        for number in (2, 3)
    )
    instruments.publish_assessment(published, by=author)
    frameworks = (campus.framework, framework)
    rubrics, stories = (campus.rubric, rubric), (campus.vignette, vignette)

    def of(model, path, pair, **where):
        return tuple(model.objects.filter(**{path: version}, **where)[0] for version in pair)

    forms = (published.forms.get(), draft.forms.get())
    return {
        "frameworkversion": (campus.framework,),
        "rubricversion": (campus.rubric,),
        "scopeprofileversion": (campus.profile,),
        "standardversion": (campus.standard,),
        "vignetteversion": (campus.vignette,),
        "key": (campus.key,),
        "assessment": (campus.assessment,),
        "domain": of(Domain, "version", frameworks),
        "competency": of(Competency, "domain__version", frameworks),
        "indicator": of(Indicator, "competency__domain__version", frameworks),
        "criterion": tuple(version.criteria.all()[0] for version in rubrics),
        "level": of(Level, "criterion__version", rubrics),
        "minimum": (campus.standard.minima.get(), standard.minima.get()),
        "stage": tuple(version.stages.get(code="corridor") for version in stories),
        "item": of(Item, "stage__version", stories),
        "option": of(Option, "item__stage__version", stories),
        "itemcriterion": of(ItemCriterion, "item__stage__version", stories),
        "keyentry": of(KeyEntry, "key", (campus.key, draft_key)),
        "panelist": tuple(vote.panelist for vote in voted),
        "panelvote": tuple(voted),
        "form": forms,
        "formvignette": tuple(form.vignettes.get() for form in forms),
        "reservevignette": (published.reserves.get(), draft.reserves.get()),
    }


def panel_vote(key):
    panelist = Panelist.objects.create(key=key, name="Ana", credentials="PhD", position=1)
    return PanelVote.objects.create(panelist=panelist, option=key.entries.all()[0].option, value=1)


def marking(campus):
    """Rows of finished work, and of work in progress."""
    run = batch(campus)
    certificate = factories.issued(campus)
    attempt = factories.attempt_of(certificate.decision)
    submission = factories.submission_of(attempt)
    review = factories.reviews_of(attempt)[0]
    sitting = factories.submission_of(factories.started(campus))
    by = factories.trainee_of(sitting.attempt)
    unlocked = save_answer(sitting, "decide", {"choice": "stay"}, by=by)
    finished = factories.submission_of(factories.sat(campus))
    harmful = factories.under_review(campus)
    for one in factories.reviews_of(harmful):
        factories.give(one, harms=[factories.harm(one.submission)])
    factories.run_workflow(harmful)
    flag = HarmFlag.objects.get(submission__attempt=harmful)
    disputed = factories.reviewed(campus, 3, {"C1": 1})
    adjudication = factories.adjudication_of(disputed)
    factories.settle(adjudication)
    adjudication.refresh_from_db()
    reading = factories.under_review(campus)
    open_review = factories.reviews_of(reading)[0]
    open_rows = in_progress(open_review)
    drafts = drafted(campus, open_review)
    enrolment = attempt.enrolment
    answer = submission.answers.get(item__code="first-words")
    late = LateAnswer.objects.create(submission=submission, item=answer.item, arrived_at=NOW)
    return {
        "membership": (campus.program.memberships.get(person=by),),
        "accommodation": (
            programs.accommodate(enrolment, extra_percent=25, reason="Ill.", by=campus.director),
        ),
        "cohort": (campus.cohort,),
        **left(campus),
        **privacy(),
        "auditevent": (AuditEvent.objects.latest("id"),),
        **sealed(),
        "integritycheck": (answered_check(campus),),
        **reported(campus, certificate),
        "case": (closed_case(campus, attempt),),
        "complaint": (answered_complaint(campus),),
        "evidence": (enrolment.evidence.all()[0],),
        "decision": (certificate.decision,),
        "appeal": (appealed(campus, certificate.decision),),
        "remediationplan": (
            RemediationPlan.objects.create(
                decision=certificate.decision,
                steps="Read.",
                written_by=by,
                review_on=NOW.date(),
                completed_at=NOW,
                completion_note="Done.",
            ),
        ),
        "certificate": (certificate,),
        **signed(certificate),
        **run,
        **called_off(campus),
        "submission": (submission,),
        "stagecommit": (submission.commits.all()[0], finished.commits.all()[0]),
        "answer": (answer, unlocked),
        "lateanswer": (late,),
        "lateruling": (
            LateRuling.objects.create(
                late_answer=late, counts=True, reason="Fair.", ruled_by=by, ruled_at=NOW
            ),
        ),
        "pause": (Pause.objects.create(attempt=attempt, started_at=NOW, ended_at=NOW),),
        "score": (submission.scores.all()[0],),
        "review": (review,),
        "rating": (review.ratings.all()[0], open_rows["rating"]),
        "citation": (
            Citation.objects.filter(rating__review=review)[0],
            open_rows["citation"],
        ),
        "harmobservation": (
            HarmObservation.objects.filter(review__submission__attempt=harmful)[0],
            open_rows["harmobservation"],
        ),
        "reviewdraft": drafts,
        "retentionsweep": (RetentionSweep.objects.create(finished_at=NOW, created_at=NOW),),
        "adjudication": (adjudication,),
        "settlement": (adjudication.settlements.all()[0],),
        "harmflag": (flag,),
        "harmjudgement": (flag.judgements.all()[0],),
        "opinion": (
            Opinion.objects.create(
                attempt=attempt,
                round=1,
                judge=by,
                pseudonym="BBB-BBB",
                outcome="competent",
                reason="It shows.",
                given_at=NOW,
            ),
        ),
    }


def called_off(campus):
    """A sitting, its settled place, and more time that somebody in it was given."""
    waiting = factories.enrolment(campus.cohort)
    sitting = factories.opened_sitting(campus, enrolment=waiting)
    place = sitting.places.get()
    given = give_more_time(place.attempt, minutes=5, reason="Ill.", by=campus.director)
    cancel_sitting(sitting, reason="Snow.", by=campus.director)
    return {"sitting": (sitting,), "place": (place,), "extension": (given,)}


def left(campus):
    """A trainee who went on leave, and then for good."""
    place = factories.enrolment(campus.cohort)
    worked = submit_hours(
        place, kind="practicum", hours=5, on=NOW.date() - timedelta(days=9), by=place.trainee
    )
    leave = places.take_leave(place, reason="Ill.", by=campus.director)
    places.withdraw(place, reason="For good.", by=campus.director)
    leave.refresh_from_db()
    roster = check_roster(
        campus.program, b"email\nnew@example.org", file_name="r.csv", by=campus.director
    )
    drop_roster(roster, by=campus.director)
    required = adopt_profile(campus.program, "oregon", by=campus.director)
    confirm_profile(required, by=campus.director)
    return {
        "enrolment": (place,),
        "leave": (leave,),
        "roster": (roster,),
        "hoursentry": (worked,),
        "hoursprofile": (required,),
    }


def batch(campus):
    run = factories.stopped_run(campus)
    item = run.items.all()[0]
    change(item, settled_at=NOW)
    change(run, stopped_at=None, finished_at=timezone.now())
    run.refresh_from_db()
    return {"issuingrun": (run,), "issuingitem": (item,)}


def signed(certificate):
    """The credential withdrawn, so that both of its triggers hold."""
    credential = certificate.credentials.get()
    transcript = sign_transcript(credential.key.identity, by=certificate.holder)
    change(credential, withdrawn_at=NOW, withdrawn_because="revoked")
    credential.refresh_from_db()
    identity = credential.key.identity
    return {
        "credential": (credential,),
        "transcript": (transcript,),
        **shown(certificate),
        "achievement": (credential.achievement,),
        "issueridentity": (identity,),
        "issuerkey": (credential.key,),
    }


def privacy():
    """Somebody who read the notice, agreed, took it back and was erased."""
    notice, person = factories.notice(), factories.person()
    consent = give_consent("sitting", notice=notice, by=person)
    erasure = erase_person(person, by=person)
    consent.refresh_from_db()
    return {
        "notice": (notice,),
        "consent": (consent,),
        "erasure": (erasure,),
        "personkey": (person.sealing_key,),
    }


def shown(certificate):
    """The PDF of its credential, made; a consent and a link, withdrawn."""
    credential = certificate.credentials.get()
    now = NOW + timedelta(hours=1)
    issuer = credential.key.identity.issuer
    seal = IssuerSeal.objects.create(issuer=issuer, chain=b"x", expires_at=NOW, retired_at=NOW)
    made = {"document": b"x", "document_hash": "x", "seal": seal, "made_at": NOW}
    given = {"certificate": certificate, "withdrawn_at": now}
    return {
        "issuerseal": (seal,),
        "rendering": (Rendering.objects.create(credential=credential, paper="a4", **made),),
        "disclosure": (Disclosure.objects.create(agreement="details", **given),),
        "sharelink": (ShareLink.objects.create(token="x", **given),),
    }


def sealed():
    seal_events()
    entry = SealEntry.objects.latest("event")
    return {"auditseal": (entry.seal,), "sealentry": (entry,)}


def reported(campus, certificate):
    """What is frozen for reports; one that is made; a schedule that was deleted."""
    report = factories.made_report(campus)
    line = certificate.decision.report_line
    schedule = ReportSchedule.objects.create(
        program=campus.program, format="csv", created_by=campus.director, deleted_at=NOW
    )
    return {
        "reportline": (line,),
        "reportstanding": (line.standings.latest("id"),),
        "report": (report,),
        "reportpart": (report.parts.get(),),
        "reportschedule": (schedule,),
    }


def answered_check(campus):
    check = ask_for_check(campus.program, by=campus.director)
    runs.run(check.pk)
    check.refresh_from_db()
    return check


def drafted(campus, open_review):
    """The draft of a seat that lapsed, and one of a review in progress."""
    lapsed = factories.reviews_of(factories.under_review(campus))[0]
    drafts = [
        ReviewDraft.objects.create(review=review, sealed=b"x", idem=uuid4(), saved_at=NOW)
        for review in (lapsed, open_review)
    ]
    lapse(lapsed)
    return tuple(drafts)


def in_progress(review):
    """What a review in progress holds; on the site it is written all at once."""
    start_review(review, by=review.reviewer)
    answer = review.submission.answers.get(item__code="first-words")
    passage = {"answer": answer, "start": 0, "end": 3, "text_hash": "x"}
    criterion = mapped_criteria(review.submission)[0]
    rating = review.ratings.create(criterion=criterion, level=3, rationale="It shows.")
    indicator = criterion.competency.indicators.get(kind="harm")
    return {
        "rating": rating,
        "citation": rating.citations.create(**passage),
        "harmobservation": review.harm_observations.create(
            indicator=indicator, note="Harm.", **passage
        ),
    }


def closed_case(campus, attempt):
    case = cases.open_case(
        attempt.enrolment,
        attempt.pk,
        kind="copying",
        grounds="Alike.",
        by=campus.supervisors[0],
    )
    cases.close_case(case, finding="not_upheld", reason="Chance.", by=campus.director)
    return case


def answered_complaint(campus):
    complaint = cases.take_complaint(
        campus.program, complainant_name="Ana", subject="Noise", text="Loud.", by=None
    )
    cases.answer_complaint(complaint, outcome="Quiet now.", by=campus.director)
    return complaint


def appealed(campus, decision):
    appeal = Appeal.objects.create(decision=decision, sealed_grounds=b"x", lodged_at=NOW)
    change(appeal, state="under_review", decider=campus.director)
    change(appeal, state="denied", decided_at=NOW, reason="It stands.")
    appeal.refresh_from_db()
    return appeal


@pytest.fixture
def rows(shared_rows, db):
    return shared_rows


OURS = ("competency", "assessments")
OF_A_TEST_OF_THEIR_OWN = {"stays_ended", "stays_closed", "lasts_longer", "never_changes"}
REGISTERED = [
    (model, trigger) for model, trigger in pgtrigger.registered() if model._meta.app_label in OURS
]


def triggers(kind):
    return [
        pytest.param(model, trigger, id=f"{model._meta.model_name}-{trigger.name}")
        for model, trigger in REGISTERED
        if isinstance(trigger, kind) and trigger.name not in OF_A_TEST_OF_THEIR_OWN
    ]


def changed(field):
    """SQL for a value that differs from the present one."""
    column = f'"{field.column}"'
    kinds = [
        (models.BooleanField, f"COALESCE(NOT {column}, TRUE)"),
        (models.DateTimeField, f"COALESCE({column}, now()) + interval '1 day'"),
        (models.DateField, f"COALESCE({column}, current_date) + 1"),
        (models.DecimalField, f"COALESCE({column}, 0) + 0.01"),
        ((models.IntegerField, models.AutoField), f"COALESCE({column}, 0) + 1"),
        (models.JSONField, """'{"changed": true}'::jsonb"""),
        (models.BinaryField, "'changed'::bytea"),
        (ArrayField, "ARRAY['changed']"),
        (models.UUIDField, "gen_random_uuid()"),
        ((models.CharField, models.TextField), "'changed'"),
    ]
    holds = field
    while isinstance(holds, models.ForeignKey):
        holds = holds.target_field
    return next(sql for kind, sql in kinds if isinstance(holds, kind))


def update(row, field):
    table, key = row._meta.db_table, row._meta.pk.column
    change = f'"{field.column}" = {changed(field)}'
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {change} WHERE "{key}" = %s',  # noqa: S608
            [row.pk],
        )
        return cursor.rowcount


def delete(row):
    return type(row)._default_manager.filter(pk=row.pk)._raw_delete("default")


def row_of(rows, model):
    return getattr(rows, model._meta.model_name)[0]


def frozen_fields(model, trigger):
    """Fields that this trigger, or another on the same row, keeps as they are."""
    free = set(trigger.except_fields)
    return [field for field in model._meta.local_fields if field.name not in free]


@pytest.mark.parametrize(("model", "trigger"), triggers(Frozen))
def test_a_frozen_row_cannot_change_in_any_column(model, trigger, rows):
    row = row_of(rows, model)
    for field in frozen_fields(model, trigger):
        with frozen("frozen|cannot change like this"):
            update(row, field)
            pytest.fail(f"{model._meta.model_name}.{field.name} was changed")


@pytest.mark.parametrize(("model", "trigger"), triggers(Frozen))
def test_a_frozen_row_cannot_change_through_a_queryset(model, trigger, rows):
    row = row_of(rows, model)
    long_ago = NOW - timedelta(days=99)
    changes = {"created_at": long_ago, "at": long_ago, "sealed_at": long_ago, "position": 99}
    name = next(name for name in changes if hasattr(row, name))
    with frozen("frozen"):
        change(row, **{name: changes[name]})


@pytest.mark.parametrize(("model", "trigger"), triggers(Frozen))
def test_a_frozen_row_cannot_be_deleted(model, trigger, rows):
    with frozen("frozen"):
        delete(row_of(rows, model))


@pytest.mark.parametrize(("model", "trigger"), triggers(FrozenWith))
def test_a_part_of_what_is_frozen_cannot_change_in_any_column(model, trigger, rows):
    row = row_of(rows, model)
    for field in model._meta.local_fields:
        with frozen("frozen"):
            update(row, field)
            pytest.fail(f"{model._meta.model_name}.{field.name} was changed")


@pytest.mark.parametrize(("model", "trigger"), triggers(FrozenWith))
def test_nothing_is_added_to_or_taken_from_what_is_frozen(model, trigger, rows):
    row = row_of(rows, model)
    with frozen("what it belongs to is frozen"):
        again(row)
    if trigger.may_go:
        assert delete(row) == 1
        return
    with frozen("frozen"):
        delete(row)


def test_only_an_unfinished_draft_may_still_go_from_what_is_frozen():
    going = {model for model, trigger in REGISTERED
             if isinstance(trigger, FrozenWith) and trigger.may_go}  # fmt: skip
    assert going == {ReviewDraft}


@pytest.mark.parametrize(("model", "trigger"), triggers(FrozenWith))
def test_nothing_is_moved_into_what_is_frozen(model, trigger, rows):
    closed, still_open = getattr(rows, model._meta.model_name)
    parent = trigger.path[0]
    with frozen("frozen"):
        change(still_open, **{parent: getattr(closed, parent)})


@pytest.mark.parametrize(
    ("model", "trigger"),
    [
        pytest.param(*param.values, id=param.id)
        for param in triggers(FrozenWith)
        if param.id != "stagecommit-frozen_with"  # append-only as well
    ],
)
def test_while_it_is_open_a_part_may_change(model, trigger, rows):
    _, still_open = getattr(rows, model._meta.model_name)
    assert change(still_open, created_at=NOW - timedelta(days=9)) == 1


@pytest.mark.parametrize(("model", "trigger"), triggers(Frozen))
def test_what_may_change_on_a_frozen_row_is_named(model, trigger):
    """Every exception is a column the life of the row still needs."""
    allowed = {
        "membership": {"ends_on", "withdrawn_at"},
        "accommodation": {"ends_on"},
        "leave": {"ends_on"},
        "hoursentry": {"state", "settled_by", "settled_at", "settled_reason"},
        "hoursprofile": {"confirmed_by", "confirmed_at"},
        "cohort": {"name", "starts_on", "ends_on", "state"},
        "enrolment": {"trainee_number", "state", "ended_on", "sealed_reason"},
        "submission": {"state", "round", "base_round", "extra_reviews"},
        "appeal": {"state", "decider", "decided_at", "reason"},
        "complaint": {"answered_at", "answered_by", "outcome"},
        "consent": {"withdrawn_at"},
        "decision": {"state", "settled_at", "settled_by", "settled_reason", "referral"},
        "certificate": {
            "state",
            "issued_at",
            "valid_until",
            "particulars",
            "particulars_hash",
            "corrected_name",
        },
        "credential": {"withdrawn_at", "withdrawn_because"},
        "issuerseal": {"sealed", "retired_at"},
        "disclosure": {"withdrawn_at"},
        "sharelink": {"withdrawn_at"},
        "transcript": {"document"},
        "report": {
            *("state", "started_at", "finished_at", "rows", "size"),
            *("sha256", "manifest", "problem"),
        },
        "reportschedule": {"paused_at", "deleted_at"},
        "issuerkey": {"state", "sealed", "retired_at", "compromised_at"},
    }
    versions = {"state", "retired_at"} if hasattr(model, "retired_at") else set()
    assert set(trigger.except_fields) <= allowed.get(model._meta.model_name, versions)


@pytest.mark.parametrize("name", ["membership", "accommodation"])
def test_what_is_dated_ends_or_ends_sooner_and_nothing_else_about_it_changes(name, rows):
    (row,) = getattr(rows, name)
    later, first = row.starts_on + timedelta(days=9), row.starts_on
    assert change(row, ends_on=later) == 1
    with frozen():
        change(row, ends_on=None)
    with frozen():
        change(row, ends_on=later + timedelta(days=1))
    assert change(row, ends_on=first) == 1
    for field in row._meta.local_fields:
        if field.name not in ("ends_on", "withdrawn_at"):
            with frozen():
                update(row, field)
                pytest.fail(f"{name}.{field.name} was changed")


def test_an_issued_certificate_is_renewed_and_never_cut_short(rows):
    (row,) = rows.certificate
    with frozen():
        change(row, valid_until=row.valid_until - timedelta(days=1))
    assert change(row, valid_until=row.valid_until + timedelta(days=1)) == 1


def test_a_transcript_may_lose_its_bytes_and_never_gets_others(rows):
    (row,) = rows.transcript
    with frozen():
        change(row, document=b"other")
    assert change(row, document=None) == 1
    with frozen():
        change(row, document=bytes(row.document))


def test_every_trigger_that_freezes_has_a_row_here(rows):
    kinds = {type(trigger) for _, trigger in REGISTERED}
    writing = {NotesDecision, NotesStanding}  # they refuse nothing; tests of reports see them work
    assert kinds == {FollowsTable, Frozen, FrozenWith, *writing}
    frozen_models = {
        model._meta.model_name
        for model, trigger in REGISTERED
        if isinstance(trigger, Frozen | FrozenWith)
    }
    assert set(vars(rows)) == frozen_models


def test_every_trigger_is_installed_in_the_database(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        installed = {name for (name,) in cursor.fetchall()}
    assert {trigger.get_pgid(model) for model, trigger in REGISTERED} <= installed


def test_a_part_of_a_report_never_changes_and_goes_with_the_others(rows):
    (part,) = rows.reportpart
    for field in part._meta.local_fields:
        with frozen():
            update(part, field)
            pytest.fail(f"reportpart.{field.name} was changed")


def test_a_row_that_is_not_there_is_nothing_to_freeze(rows):
    event = row_of(rows, AuditEvent)
    assert type(event)._default_manager.filter(subject_id=uuid4()).update(reason="x") == 0
