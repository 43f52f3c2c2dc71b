"""Two people, or two workers, at the same moment: one gets through, nothing is there twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from assessments.attempts import services as attempts
from assessments.attempts.answers import answers_given
from assessments.attempts.models import Attempt
from assessments.attempts.saving import StaleRevision
from assessments.reviews.models import Review
from assessments.workflow import due, pipeline
from assessments.workflow import services as workflow
from competency.accounts.models import PersonKey
from competency.accounts.sealing import Sealer
from competency.audit.models import AuditEvent
from competency.certificates import issuing, services
from competency.certificates.models import Certificate, RegisterNumber
from competency.credentials.services import identity_of
from competency.decisions import services as decisions
from competency.decisions.models import Decision
from competency.evidence.models import Evidence
from competency.foundation.errors import DomainError, TransitionRefused
from competency.foundation.hashing import content_hash
from competency.frameworks.contents import framework_content
from competency.frameworks.models import Domain
from competency.frameworks.services import publish_framework
from competency.privacy.models import Notice
from competency.privacy.services import publish_notice
from competency.programs.models import Enrolment, Membership
from competency.programs.roles import Role
from competency.programs.services import grant_role
from competency.rosters import services as rosters
from competency.webhooks import runs as webhooks
from tests import factories
from tests.concurrency.rivals import behind, errors, race, winners
from tests.factories import (
    attempt_of,
    contents,
    decision_of,
    give,
    reviews_of,
    submission_of,
    trainee_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def times(action, row):
    return AuditEvent.objects.filter(action=action, subject_id=row.pk).count()


def fresh(row):
    return type(row)._default_manager.get(pk=row.pk)


def one_refused(rivals, kind=DomainError):
    """Exactly one got through; the others were refused in words."""
    assert len(winners(rivals)) == 1, errors(rivals)
    assert all(isinstance(error, kind) for error in errors(rivals)), errors(rivals)
    assert errors(rivals)


# --- Sitting ---


def test_of_two_hand_ins_one_counts():
    attempt = factories.sat(factories.campus(supervisors=0))
    by = trainee_of(attempt)
    rivals = race(attempt, *[lambda: workflow.hand_in(fresh(attempt), by=by)] * 2)
    one_refused(rivals)
    assert times("attempt.handed_in", attempt) == 1
    assert times("submission.received", submission_of(attempt)) == 1


def test_a_hand_in_and_the_end_of_time_hand_in_once(time_machine):
    attempt = factories.sat(factories.campus(supervisors=0))
    by = trainee_of(attempt)
    time_machine.move_to(attempt.due_at + timedelta(minutes=2))
    rivals = race(
        attempt,
        lambda: workflow.hand_in(fresh(attempt), by=by),
        lambda: pipeline.advance_attempt(attempt.pk),
    )
    assert all(isinstance(error, DomainError) for error in errors(rivals))
    assert times("attempt.handed_in", attempt) == 1


def test_an_attempt_starts_once():
    attempt = factories.assigned(factories.campus(supervisors=0))
    by = trainee_of(attempt)
    rivals = race(attempt, *[lambda: attempts.start_attempt(fresh(attempt), by=by)] * 2)
    one_refused(rivals, TransitionRefused)
    assert times("attempt.in_progress", attempt) == 1


def test_of_two_tabs_that_saw_the_same_revision_one_is_told():
    attempt = factories.started(factories.campus(supervisors=0))
    by, submission = trainee_of(attempt), submission_of(attempt)
    seen = attempts.save_answer(submission, "first-words", {"text": "one"}, by=by).revision

    def save(text):
        return lambda: attempts.save_answer(
            fresh(submission), "first-words", {"text": text}, by=by, revision=seen
        )

    rivals = race(submission, save("two"), save("three"))
    one_refused(rivals, StaleRevision)
    (kept,) = answers_given(submission)
    assert kept.text in ("two", "three")


def test_two_tabs_that_answer_for_the_first_time_leave_one_answer():
    attempt = factories.started(factories.campus(supervisors=0))
    by, submission = trainee_of(attempt), submission_of(attempt)
    save = [
        lambda choice=choice: attempts.save_answer(
            fresh(submission), "decide", {"choice": choice}, by=by
        )
        for choice in ("stay", "leave")
    ]
    assert errors(race(submission, *save)) == []
    assert [answer.revision for answer in submission.answers.all()] == [2]


def test_of_two_clicks_on_finish_one_finishes_the_stage():
    attempt = factories.started(factories.campus(supervisors=0))
    by, submission = trainee_of(attempt), submission_of(attempt)
    attempts.save_answer(submission, "decide", {"choice": "stay"}, by=by)
    finish = [lambda: attempts.commit_stage(fresh(submission), "arrival", by=by)] * 2
    one_refused(race(submission, *finish))
    assert submission.commits.count() == 1


def test_a_person_gets_one_key_however_many_ask_for_it():
    person = factories.person()

    def seal():
        return Sealer(person.pk).seal("words")

    rivals = race(person, *[seal] * 4)
    assert errors(rivals) == []
    assert PersonKey.objects.filter(person=person).count() == 1
    assert {Sealer(person.pk).unseal(sealed) for sealed in winners(rivals)} == {"words"}


# --- Judging ---


def test_of_two_completions_of_a_review_one_counts():
    attempt = factories.under_review(factories.campus())
    review = reviews_of(attempt)[0]
    rivals = race(review, lambda: give(fresh(review), 2), lambda: give(fresh(review), 3))
    one_refused(rivals)
    assert review.ratings.count() == 3
    assert len({rating.level for rating in review.ratings.all()}) == 1
    assert times("review.completed", review) == 1


def test_a_review_is_completed_or_recused_never_both():
    attempt = factories.under_review(factories.campus())
    review = reviews_of(attempt)[0]
    rivals = race(
        review,
        lambda: give(fresh(review)),
        lambda: workflow.recuse(fresh(review), reason="A friend.", by=review.reviewer),
    )
    one_refused(rivals)
    state = fresh(review).state
    assert state in ("completed", "recused")
    assert review.ratings.count() == (3 if state == "completed" else 0)


def test_a_review_completed_as_its_lease_runs_out_is_completed_or_lapsed_never_both():
    attempt = factories.under_review(factories.campus())
    review = reviews_of(attempt)[0]
    Review.objects.filter(pk=review.pk).update(leased_until=timezone.now())
    rivals = race(review, lambda: give(fresh(review)), due.lapse_leases)
    assert all(isinstance(error, DomainError) for error in errors(rivals))
    state = fresh(review).state
    assert state in ("completed", "lapsed")
    assert review.ratings.count() == (3 if state == "completed" else 0)


def test_two_submissions_that_need_a_reviewer_at_once_do_not_both_take_the_idle_one():
    campus = factories.campus(supervisors=2, standard={"required_reviews": 1})
    submissions = [submission_of(factories.handed_in(campus)) for _ in range(2)]
    for submission in submissions:
        pipeline.advance_submission(submission.pk)
    seat = [lambda pk=submission.pk: pipeline.advance_submission(pk) for submission in submissions]
    rivals = race(campus.program, *seat)
    assert errors(rivals) == []
    drawn = Review.objects.filter(submission__in=submissions).values_list("reviewer", flat=True)
    assert set(drawn) == {person.pk for person in campus.supervisors}


def test_two_workers_seat_a_submission_once():
    campus = factories.campus(supervisors=4)
    submission = submission_of(factories.handed_in(campus))
    pipeline.advance_submission(submission.pk)
    rivals = race(submission, *[lambda: pipeline.advance_submission(submission.pk)] * 2)
    assert errors(rivals) == []
    assert sorted(submission.reviews.values_list("seat", flat=True)) == [1, 2]


def test_two_reviews_completed_at_once_are_compared_once():
    attempt = factories.under_review(factories.campus())
    first, second = reviews_of(attempt)
    submission = submission_of(attempt)

    def finish(review):
        give(fresh(review), 4)
        while pipeline.advance_submission(submission.pk):
            pass
        while pipeline.advance_attempt(attempt.pk):
            pass

    rivals = race(submission, lambda: finish(first), lambda: finish(second))
    assert errors(rivals) == []
    assert fresh(submission).state == "marked"
    assert Evidence.objects.filter(source_id=attempt.pk).count() == 3
    assert Decision.objects.filter(attempt_id=attempt.pk).count() == 1


def test_a_dispute_is_settled_once():
    attempt = factories.reviewed(factories.campus(), 3, {"C1": 1})
    adjudication = factories.adjudication_of(attempt)
    rivals = race(
        adjudication,
        lambda: factories.settle(fresh(adjudication), 2),
        lambda: factories.settle(fresh(adjudication), 3),
    )
    one_refused(rivals)
    assert adjudication.settlements.count() == 1


def test_a_passage_is_read_once():
    attempt = factories.under_review(factories.campus())
    first, second = reviews_of(attempt)
    give(first, harms=[factories.harm(first.submission)])
    give(second)
    factories.run_workflow(attempt)
    reading = submission_of(attempt).harm_flags.get().judgements.get(judged_at=None)
    rivals = race(
        reading,
        *[
            lambda harmful=harmful: workflow.read_passage(
                fresh(reading), harmful=harmful, reason="I read it so.", by=reading.judge
            )
            for harmful in (True, False)
        ],
    )
    one_refused(rivals)
    assert fresh(reading).judged_at is not None


# --- Deciding and certifying ---


def test_two_workers_propose_one_decision():
    attempt = factories.under_review(factories.campus())
    for review in reviews_of(attempt):
        give(review, 4)
    while pipeline.advance_submission(submission_of(attempt).pk):
        pass

    def decide():
        while pipeline.advance_attempt(attempt.pk):
            pass

    assert errors(race(attempt, decide, decide)) == []
    assert Decision.objects.filter(attempt_id=attempt.pk).count() == 1
    assert Evidence.objects.filter(source_id=attempt.pk).count() == 3


@pytest.mark.parametrize("second", ["ratify", "return"])
def test_of_two_certifiers_one_settles(second):
    campus = factories.campus()
    decision = factories.proposed(campus)
    other = factories.member(campus.program, Role.CERTIFIER)
    acts = {
        "ratify": lambda: decisions.ratify(fresh(decision), by=other),
        "return": lambda: decisions.return_decision(fresh(decision), by=other, reason="No."),
    }
    first = lambda: decisions.ratify(fresh(decision), by=campus.certifier)  # noqa: E731
    rivals = race(decision, first, acts[second])
    one_refused(rivals, TransitionRefused)
    settled = fresh(decision)
    assert settled.settled_by in (campus.certifier, other)
    assert times("decision.ratified", decision) + times("decision.returned", decision) == 1


def test_two_awards_of_one_decision_make_one_row():
    campus = factories.campus()
    decision = factories.proposed(campus)
    decisions.ratify(decision, by=campus.certifier)
    rivals = race(decision, *[lambda: services.award(decision)] * 2)
    assert errors(rivals) == []
    assert len({certificate.pk for certificate in winners(rivals)}) == 1
    assert Certificate.objects.count() == 1
    assert RegisterNumber.objects.get().last == 1


def test_two_awards_of_a_program_take_two_numbers():
    campus = factories.campus()
    factories.awarded(campus)
    pair = [factories.proposed(campus) for _ in range(2)]
    for decision in pair:
        decisions.ratify(decision, by=campus.certifier)
    rivals = race(
        RegisterNumber.objects.get(),
        *[lambda decision=decision: services.award(decision) for decision in pair],
    )
    assert errors(rivals) == []
    serials = sorted(certificate.number[-5:] for certificate in winners(rivals))
    assert serials == ["00002", "00003"]


def test_two_workers_issue_a_certificate_once():
    certificate = factories.awarded(factories.campus())
    rivals = race(certificate, *[lambda: issuing.issue(certificate.pk)] * 3)
    assert errors(rivals) == []
    assert sorted(winners(rivals)) == [False, False, True]
    assert times("certificate.issued", certificate) == 1


def test_a_ratified_decision_carried_out_by_two_workers_awards_once():
    campus = factories.campus()
    decision = factories.proposed(campus)
    decisions.ratify(decision, by=campus.certifier)
    attempt = attempt_of(decision)
    rivals = race(attempt, *[lambda: pipeline.advance_attempt(attempt.pk)] * 2)
    assert errors(rivals) == []
    assert Attempt.objects.get(pk=attempt.pk).state == "decided"
    assert Certificate.objects.filter(decision=decision_of(attempt)).count() == 1


# --- Writing and publishing ---


@pytest.fixture
def draft():
    program, author = factories.program_with(Role.AUTHOR)
    return factories.drafted_framework(program, author), author


def test_an_edit_that_came_first_is_in_the_hash(draft):
    version, author = draft
    with behind(lambda: publish_framework(fresh(version), by=author)) as rivals:
        Domain.objects.filter(version=version, code="C").update(title="Edited in time")
    assert errors(rivals) == []
    published = fresh(version)
    assert published.state == "published"
    said = framework_content(published)
    assert said["domains"][0]["title"] == "Edited in time"
    assert published.content_hash == content_hash(said)


def test_an_edit_that_came_second_is_refused(draft):
    version, author = draft

    def edit():
        return Domain.objects.filter(version=version, code="C").update(title="Too late")

    with behind(edit) as rivals:
        publish_framework(version, by=author)
    (error,) = errors(rivals)
    assert isinstance(error, IntegrityError)
    assert "what it belongs to is frozen" in str(error)
    assert fresh(version).content_hash == content_hash(framework_content(fresh(version)))


def test_a_part_added_while_it_is_published_is_refused(draft):
    version, author = draft

    def add():
        return Domain.objects.create(version=version, code="Z", title="Late", position=9)

    with behind(add) as rivals:
        publish_framework(version, by=author)
    assert [type(error) for error in errors(rivals)] == [IntegrityError]
    assert not Domain.objects.filter(version=version, code="Z").exists()


def test_of_two_who_publish_one_signs(draft):
    version, author = draft
    other = factories.member(version.framework.owner, Role.AUTHOR)
    rivals = race(
        version,
        lambda: publish_framework(fresh(version), by=author),
        lambda: publish_framework(fresh(version), by=other),
    )
    one_refused(rivals)
    assert times("frameworkversion.published", version) == 1


def test_of_two_who_draft_the_same_version_one_is_told():
    program, author = factories.program_with(Role.AUTHOR)
    first = factories.published_framework(program, author)

    def draft():
        return factories.drafted_framework(program, author, contents.framework_content(version=2))

    with behind(draft) as rivals:
        draft()
    (error,) = errors(rivals)
    assert isinstance(error, DomainError)
    assert error.field == "version"
    assert first.framework.versions.count() == 2


# --- Programs ---


def test_of_two_grants_of_a_role_one_counts():
    program, director = factories.program_with(Role.DIRECTOR)
    person = factories.person()

    def grant():
        return grant_role(program, person, Role.AUTHOR, by=director)

    with behind(grant) as rivals:
        grant()
    assert [type(error) for error in errors(rivals)] == [DomainError]
    assert Membership.objects.filter(person=person).count() == 1


def test_an_import_overtaken_by_a_new_account_changes_nothing():
    program, director = factories.program_with(Role.DIRECTOR)
    file = b"email,name,cohort,trainee_number\nlena@example.org,Lena Ruiz,Autumn,A-1\n"
    roster = rosters.check_roster(program, file, file_name="r.csv", by=director)
    seen = rosters.digest_of(rosters.plan_of(roster))
    with behind(lambda: rosters.import_roster(fresh(roster), seen=seen, by=director)) as rivals:
        factories.person("Lena Ruiz", email="lena@example.org")
    (error,) = errors(rivals)
    assert isinstance(error, DomainError)
    assert error.code == "changed"
    assert fresh(roster).state == "checked"
    assert not Enrolment.objects.exists()


def test_an_issuer_is_given_one_name_to_sign_under():
    issuer = factories.program().issuer
    rivals = race(issuer, *[lambda: identity_of(issuer)] * 2)
    assert errors(rivals) == []
    assert len({identity.pk for identity in winners(rivals)}) == 1
    assert times("issueridentity.given", issuer.identity) == 1


def test_of_two_notices_published_at_once_one_is_told():
    factories.notice()
    staff = factories.superuser()

    def publish():
        return publish_notice(title="Privacy", text="Longer.", changes="How long.", by=staff)

    with behind(publish) as rivals:
        publish()
    (error,) = errors(rivals)
    assert isinstance(error, DomainError)
    assert "in this moment" in str(error)
    assert Notice.objects.current().number == 2


# --- Webhooks ---


def test_of_two_workers_at_one_delivery_one_has_it():
    program, director = factories.program_with(Role.DIRECTOR)
    delivery = factories.delivery(factories.webhook(program, director))

    def claim():
        return webhooks.claim(delivery.pk)

    claimed = [each for each in winners(race(delivery, claim, claim)) if each is not None]
    assert [each.tries for each in claimed] == [delivery.tries + 1]
