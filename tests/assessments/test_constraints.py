"""Every constraint of the database, and a row that breaks it.

Rows are written past the services: these are the last line of defence.
"""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.attempts.models import LateAnswer, LateRuling, Pause
from assessments.calibration.models import Licence
from assessments.desk.models import Comment, DeskChoice, Jotting, ReviewDraft
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.instruments import services as instruments
from assessments.instruments.models import ReserveVignette
from assessments.practice.services import practice
from assessments.referrals.models import Opinion
from assessments.retention.models import RetentionSweep
from assessments.reviews import services as reviews
from assessments.reviews.models import Citation, HarmObservation, Rating
from assessments.sittings.models import Place
from assessments.sittings.services import give_more_time
from assessments.vignettes.models import Item, ItemCriterion, KeyEntry, Panelist, PanelVote
from competency.frameworks.models import Indicator
from tests import factories
from tests.factories import contents
from tests.refusals import (
    Violations,
    again,
    breaks_of_version,
    change,
    constraints_of,
    unique_fields_of,
    violates,
)

NOW = timezone.now()
HASH = "0" * 64


@pytest.fixture(scope="module")
def shared_rows(shared_campus, django_db_blocker):
    """A row of every kind; versions and their parts as drafts, reviews in progress."""
    with django_db_blocker.unblock():
        campus = shared_campus
        program, author = campus.program, campus.author
        vignette = factories.drafted_vignette(program, author, {"version": 2}, rubric=campus.rubric)
        key = factories.drafted_key(campus.vignette, author, {"version": 2}, profile=campus.profile)
        assessment = instruments.draft_assessment(
            program,
            contents.assessment_content(version=2),
            rubric_version=campus.rubric,
            scope_profile_version=campus.profile,
            standard_version=campus.standard,
            vignettes={"V1/1": campus.vignette},
            by=author,
        )
        drafting = factories.submission_of(factories.sat(campus))
        handed_in = factories.handed_in(campus)
        received = factories.submission_of(handed_in)
        attempt = factories.under_review(campus)
        submission = factories.submission_of(attempt)
        review, other = factories.reviews_of(attempt)
        reviews.start_review(review, by=review.reviewer)
        criterion = campus.rubric.criteria.get(code="C1")
        words = submission.answers.get(item__code="first-words")
        passage = {"answer": words, "start": 0, "end": 3, "text_hash": HASH}
        rating = Rating.objects.create(
            review=review, criterion=criterion, level=3, rationale="It shows."
        )
        flagged = HarmFlag.objects.create(submission=submission, criterion=criterion)
        disputed = factories.reviewed(campus, 3, {"C1": 1})
        adjudication = factories.adjudication_of(disputed)
        settled = factories.reviewed(campus, 3, {"C1": 1})
        done = factories.adjudication_of(settled)
        factories.settle(done)
        option = vignette.stages.get(position=1).items.get(code="decide").options.get(code="stay")
        panelist = Panelist.objects.create(key=key, name="Ana", credentials="PhD", position=1)
        late = LateAnswer.objects.create(
            submission=received, item=words.item, arrived_at=NOW, idempotency_key=uuid4()
        )
        waiting = factories.enrolment(campus.cohort)
        sitting = factories.opened_sitting(campus, enrolment=waiting)
        seated = sitting.places.get()
        return SimpleNamespace(
            campus=campus,
            sitting=sitting,
            seated=seated,
            place=Place.objects.create(sitting=sitting, enrolment=handed_in.enrolment),
            extension=give_more_time(seated.attempt, minutes=5, reason="Ill.", by=campus.director),
            person=author,
            stranger=factories.person(),
            vignette=vignette,
            content=vignette.vignette,
            stage=vignette.stages.get(position=1),
            item=Item.objects.get(stage__version=vignette, code="actions"),
            option=option,
            mapping=ItemCriterion.objects.filter(item__stage__version=vignette)[0],
            key=key,
            entry=KeyEntry.objects.filter(key=key)[0],
            panelist=panelist,
            vote=PanelVote.objects.create(panelist=panelist, option=option, value=1),
            assessment=assessment,
            form=assessment.forms.get(),
            placed=assessment.forms.get().vignettes.get(),
            reserve=ReserveVignette.objects.create(
                assessment=assessment,
                position=1,
                vignette_version=campus.vignette,
                key=campus.key,
            ),
            assigned=factories.assigned(campus),
            started=drafting.attempt,
            handed_in=handed_in,
            drafting=drafting,
            received=received,
            commit=drafting.commits.first(),
            answer=drafting.answers.first(),
            late=late,
            ruling=LateRuling.objects.create(
                late_answer=late, counts=True, reason="Fair.", ruled_by=author, ruled_at=NOW
            ),
            pause=Pause.objects.create(attempt=drafting.attempt, started_at=NOW),
            practice=practice(by=author),
            licence=Licence.objects.filter(rubric_version=campus.rubric)[0],
            score=submission.scores.first(),
            review=review,
            other_review=other,
            criterion=criterion,
            other_criterion=campus.rubric.criteria.get(code="D1"),
            rating=rating,
            citation=Citation.objects.create(rating=rating, **passage),
            harm=HarmObservation.objects.create(
                review=review,
                indicator=Indicator.objects.get(competency=criterion.competency, kind="harm"),
                note="This harms.",
                **passage,
            ),
            flag=flagged,
            option_flag=HarmFlag.objects.create(
                submission=submission,
                option=campus.vignette.stages.get(position=1)
                .items.get(code="decide")
                .options.get(code="leave"),
            ),
            judgement=HarmJudgement.objects.create(flag=flagged, judge=author, fresh_reader=True),
            adjudication=adjudication,
            settlement=done.settlements.first(),
            retention_sweep=RetentionSweep.objects.create(),
            draft=ReviewDraft.objects.create(
                review=review, sealed=b"x", idem=uuid4(), saved_at=NOW
            ),
            jotting=Jotting.objects.create(
                writer=author, task=adjudication.pk, sealed=b"x", idem=uuid4(), saved_at=NOW
            ),
            comment=Comment.objects.create(reviewer=author, text="It shows."),
            choice=DeskChoice.objects.create(reviewer=author),
            opinion=Opinion.objects.create(
                attempt=attempt, round=1, judge=author, pseudonym="BBB-BBB"
            ),
        )


@pytest.fixture
def rows(shared_rows, db):
    return shared_rows


breaks = Violations()


def author(rows):
    return rows.person


breaks_of_version(breaks, "vignetteversion", lambda r: r.vignette, by=author)
breaks_of_version(breaks, "key", lambda r: r.key, by=author)
breaks_of_version(breaks, "assessment", lambda r: r.assessment, by=author)

breaks("vignette_code_unique", lambda r: again(r.content))
breaks("vignetteversion_some_time", lambda r: change(r.vignette, minutes=0))
breaks("stage_code_unique", lambda r: again(r.stage, position=9))
breaks("stage_position_unique", lambda r: again(r.stage, code="z"))
breaks("stage_not_next_to_itself", lambda r: change(r.stage, next=r.stage))
breaks("item_code_unique", lambda r: again(r.item, position=9))
breaks("item_position_unique", lambda r: again(r.item, code="z"))
breaks(
    "item_kind_is_a_code",
    lambda r: change(r.item, kind=""),
    lambda r: change(r.item, kind="Free Text"),
)
breaks("item_weight_positive", lambda r: change(r.item, weight=0))
breaks("option_code_unique", lambda r: again(r.option, position=9))
breaks("option_position_unique", lambda r: again(r.option, code="z"))
breaks("itemcriterion_once", lambda r: again(r.mapping))
breaks("keyentry_once", lambda r: again(r.entry))
breaks("keyentry_critical_says_why", lambda r: change(r.entry, critical=True, why=""))
breaks("panelist_once", lambda r: again(r.panelist, position=2))
breaks("panelist_position", lambda r: again(r.panelist, name="Ben"))
breaks("panelvote_once", lambda r: again(r.vote))

breaks("form_number_unique", lambda r: again(r.form))
breaks("form_number_from_one", lambda r: again(r.form, number=0))
breaks("formvignette_position", lambda r: again(r.placed, vignette_version=r.vignette, key=r.key))
breaks("formvignette_once", lambda r: again(r.placed, position=2))
breaks("reserve_position", lambda r: again(r.reserve, vignette_version=r.vignette, key=r.key))
breaks("reserve_once", lambda r: again(r.reserve, position=2))

breaks("attempt_number_unique", lambda r: again(r.assigned))
breaks("attempt_known_state", lambda r: again(r.assigned, number=9, state="paused"))
breaks("attempt_number_from_one", lambda r: again(r.assigned, number=0))
breaks(
    "attempt_window_is_open",
    lambda r: change(r.assigned, closes_at=r.assigned.opens_at),
)
breaks("attempt_has_some_time", lambda r: change(r.assigned, allowed_seconds=59))
breaks(
    "attempt_due_after_start",
    lambda r: change(r.started, due_at=r.started.started_at),
    lambda r: change(r.started, due_at=None),
    lambda r: change(r.assigned, due_at=NOW),
)
breaks(
    "attempt_not_started_yet",
    lambda r: change(r.assigned, started_at=NOW, due_at=NOW + timedelta(hours=1)),
    lambda r: again(
        r.assigned, number=9, state="lapsed", started_at=NOW, due_at=NOW + timedelta(hours=1)
    ),
)
breaks("attempt_started", lambda r: change(r.assigned, state="in_progress"))
breaks(
    "attempt_handed_in",
    lambda r: change(r.started, state="handed_in"),
    lambda r: again(r.handed_in, number=9, state="decided", handed_in_at=None),
)
breaks(
    "attempt_void_with_reason",
    lambda r: change(r.assigned, state="void"),
    lambda r: change(r.assigned, void_reason="Ill."),
)
breaks("sitting_known_state", lambda r: again(r.sitting, idempotency_key=uuid4(), state="lost"))
breaks("sitting_window_is_open", lambda r: change(r.sitting, closes_at=r.sitting.opens_at))
breaks("sitting_known_mode", lambda r: change(r.sitting, sitting_mode="asleep"))
breaks("sitting_opened_once", lambda r: again(r.sitting))
breaks(
    "sitting_cancelled_with_reason",
    lambda r: change(r.sitting, state="cancelled"),
    lambda r: change(r.sitting, state="cancelled", cancelled_by=r.person),
    lambda r: change(r.sitting, state="cancelled", cancelled_reason="Snow."),
    lambda r: change(r.sitting, cancelled_reason="Snow."),
    lambda r: change(r.sitting, cancelled_by=r.person),
)
breaks("place_once", lambda r: again(r.place))
breaks("place_known_reason", lambda r: change(r.place, left_out="tired", settled_at=NOW))
breaks(
    "place_settled_one_way",
    lambda r: change(r.place, settled_at=NOW),
    lambda r: change(r.place, attempt=r.assigned),
    lambda r: change(r.place, left_out="competent"),
    lambda r: change(r.place, left_out="competent", attempt=r.assigned, settled_at=NOW),
)
breaks("place_waits_for_date", lambda r: change(r.place, waits_until=NOW))
breaks("extension_gives_something", lambda r: again(r.extension, extra_seconds=0, closes_at=None))
breaks("pause_one_open", lambda r: again(r.pause))
breaks("pause_ends_after_start", lambda r: change(r.pause, ended_at=NOW - timedelta(1)))

breaks("submission_per_vignette", lambda r: again(r.drafting, position=9))
breaks("submission_position", lambda r: again(r.drafting, vignette_version=r.vignette))
breaks(
    "submission_known_state",
    lambda r: again(r.received, position=9, vignette_version=r.vignette, state="lost"),
)
breaks(
    "submission_received_with_hash",
    lambda r: change(r.drafting, state="received"),
    lambda r: change(r.drafting, state="received", received_at=NOW),
    lambda r: change(r.drafting, state="received", content_hash=HASH),
    lambda r: change(r.drafting, content_hash=HASH),
)
breaks(
    "submission_base_round_known",
    lambda r: change(r.received, base_round=0),
    lambda r: change(r.received, base_round=2),
)
breaks("stagecommit_once", lambda r: again(r.commit, position=9))
breaks("stagecommit_order", lambda r: again(r.commit, stage=r.stage))
breaks("answer_once_per_item", lambda r: again(r.answer))
breaks(
    "lateruling_has_reason",
    lambda r: again(r.ruling, late_answer=again(r.late, idempotency_key=uuid4()), reason=""),
)
breaks("lateanswer_write_once", lambda r: again(r.late))

breaks("licence_one_in_force", lambda r: again(r.licence))
breaks("licence_lapses_after_grant", lambda r: change(r.licence, lapses_at=r.licence.granted_at))
breaks("licence_has_grounds", lambda r: change(r.licence, grounds=""))
breaks(
    "licence_suspended_with_reason",
    lambda r: change(r.licence, suspended_at=NOW),
    lambda r: change(r.licence, suspended_reason="Drift."),
)

breaks("score_once_per_item", lambda r: again(r.score))
breaks(
    "score_from_0_to_1",
    lambda r: again(r.score, item=r.item, value="-0.1"),
    lambda r: again(r.score, item=r.item, value="1.1"),
)
breaks("score_weight_positive", lambda r: again(r.score, item=r.item, weight=0))

breaks("review_one_per_reviewer", lambda r: again(r.review, seat=9))
breaks("review_one_per_seat", lambda r: again(r.review, reviewer=r.stranger))
breaks("review_known_state", lambda r: again(r.review, reviewer=r.stranger, seat=9, state="late"))
breaks("review_seat_from_one", lambda r: again(r.review, reviewer=r.stranger, seat=0))
breaks(
    "review_completed_at",
    lambda r: change(r.review, state="completed"),
    lambda r: change(r.review, completed_at=NOW),
)
breaks(
    "review_recused_with_reason",
    lambda r: change(r.review, state="recused"),
    lambda r: change(r.review, recused_reason="A friend."),
)
breaks("rating_once", lambda r: again(r.rating))
breaks(
    "rating_level_1_to_4",
    lambda r: change(r.rating, level=0),
    lambda r: change(r.rating, level=5),
)
breaks("rating_has_rationale", lambda r: change(r.rating, rationale=""))


def breaks_of_passage(prefix, passage):
    breaks(
        f"{prefix}_range_not_empty",
        lambda r: change(passage(r), end=0),
        lambda r: change(passage(r), start=3),
    )
    breaks(f"{prefix}_words_hashed", lambda r: change(passage(r), text_hash=""))
    breaks(
        f"{prefix}_of_one_answer",
        lambda r: change(passage(r), answer=None),
        lambda r: change(passage(r), late_answer=r.late),
    )


breaks_of_passage("citation", lambda r: r.citation)
breaks_of_passage("harmobservation", lambda r: r.harm)
breaks("harmobservation_once", lambda r: again(r.harm))
breaks("harmobservation_has_note", lambda r: change(r.harm, note=""))
breaks("adjudication_per_round", lambda r: again(r.adjudication))
breaks("settlement_once", lambda r: again(r.settlement))
breaks(
    "settlement_level_1_to_4",
    lambda r: again(r.settlement, criterion=r.other_criterion, level=0),
    lambda r: again(r.settlement, criterion=r.other_criterion, level=5),
)
breaks(
    "settlement_has_reason",
    lambda r: again(r.settlement, criterion=r.other_criterion, reason=""),
)

breaks("jotting_once", lambda r: again(r.jotting))
breaks("jotting_from_one", lambda r: change(r.jotting, revision=0))
breaks("retentionsweep_one_open", lambda r: again(r.retention_sweep))
breaks(
    "retentionsweep_ends_after_it_began",
    lambda r: change(r.retention_sweep, finished_at=NOW - timedelta(days=9)),
)
breaks("reviewdraft_from_one", lambda r: change(r.draft, revision=0))
breaks("comment_has_text", lambda r: change(r.comment, text=""))
breaks("comment_once", lambda r: again(r.comment))

breaks("harmflag_known_state", lambda r: again(r.flag, round=9, state="likely", settled_at=NOW))
breaks(
    "harmflag_one_ground",
    lambda r: again(r.flag, round=9, criterion=None),
    lambda r: again(r.flag, round=9, option=r.option),
)
breaks("harmflag_once_per_option", lambda r: again(r.option_flag))
breaks("harmflag_once_per_criterion", lambda r: again(r.flag))
breaks(
    "harmflag_settled_at",
    lambda r: change(r.flag, state="confirmed"),
    lambda r: change(r.flag, settled_at=NOW),
)
breaks("harmjudgement_once", lambda r: again(r.judgement, fresh_reader=False))
breaks("harmjudgement_one_reader", lambda r: again(r.judgement, judge=r.stranger))
breaks(
    "harmjudgement_given_with_reason",
    lambda r: change(r.judgement, harmful=True),
    lambda r: change(r.judgement, harmful=True, judged_at=NOW),
    lambda r: change(r.judgement, reason="It harms.", judged_at=NOW),
    lambda r: change(r.judgement, harmful=True, reason="It harms."),
)

breaks("opinion_once", lambda r: again(r.opinion))
breaks(
    "opinion_given_with_reason",
    lambda r: change(r.opinion, outcome="competent"),
    lambda r: change(r.opinion, outcome="competent", given_at=NOW),
    lambda r: change(r.opinion, outcome="refer", reason="I cannot say.", given_at=NOW),
    lambda r: change(r.opinion, outcome="competent", reason="It shows."),
)


@pytest.mark.parametrize(("constraint", "violation"), breaks.params)
def test_the_database_refuses_a_row_that_breaks(constraint, violation, rows):
    with violates(constraint):
        violation(rows)


def test_every_constraint_is_broken_here():
    assert breaks.names == constraints_of("assessments")


UNIQUE = {
    "place.attempt": lambda r: again(r.seated, enrolment=r.assigned.enrolment),
    "lateruling.late_answer": lambda r: again(r.ruling),
    "reviewdraft.review": lambda r: again(r.draft),
    "deskchoice.reviewer": lambda r: again(r.choice),
    "practicesitting.trainee": lambda r: again(r.practice),
}


@pytest.mark.parametrize("field", UNIQUE)
def test_a_value_that_must_be_unique_is_refused_the_second_time(field, rows):
    _, column = field.split(".")
    with (
        pytest.raises(IntegrityError, match=rf"unique constraint \S*_{column}"),
        transaction.atomic(),
    ):
        UNIQUE[field](rows)


def test_every_unique_field_is_repeated_here():
    assert set(UNIQUE) == unique_fields_of("assessments")
