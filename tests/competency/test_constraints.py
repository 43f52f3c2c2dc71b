"""Every constraint of the database, and a row that breaks it.

Rows are written past the services: these are the last line of defence.
"""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from competency.accounts.models import PersonKey, User
from competency.accounts.sealing import Sealer
from competency.appeals.models import Appeal, RemediationPlan
from competency.audit.models import AuditEvent, AuditSeal, SealEntry
from competency.audit.sealing import seal_events
from competency.cases import services as cases
from competency.certificates.models import RegisterNumber
from competency.certificates.transcripts import sign_transcript
from competency.credentials.models import IssuerKey
from competency.frameworks.models import Competency, Indicator, Level
from competency.hours.profiles import adopt_profile, choose_profile
from competency.hours.services import submit_hours
from competency.integrity.models import IntegrityCheck
from competency.invitations.models import Invitation
from competency.notifications.kinds import Kind
from competency.notifications.models import Muted, Notification
from competency.parking.models import Mishap
from competency.privacy.models import Erasure
from competency.privacy.services import give_consent
from competency.programs import places
from competency.programs import services as programs
from competency.programs.models import Enrolment
from competency.renderings.making import seal_of
from competency.renderings.services import ask_for
from competency.reports.models import ReportLine, ReportSchedule
from competency.reports.services import Wish, ask_for_report
from competency.rosters.services import check_roster
from competency.sharing import services as sharing
from tests import factories
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
TODAY = NOW.date()
AUDITOR = {"role": "auditor", "ends_on": TODAY, "scope": "All", "areas": ["records"]}
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def shared_rows(shared_campus, django_db_blocker):
    """A row of every kind; versions and their parts as drafts."""
    with django_db_blocker.unblock():
        campus = shared_campus
        program, author = campus.program, campus.author
        framework = factories.drafted_framework(
            program, author, factories.contents.framework_content(version=2)
        )
        rubric = factories.drafted_rubric(
            program,
            author,
            factories.contents.rubric_content(version=2),
            framework=campus.framework,
        )
        standard = factories.drafted_standard(program, author, version=2)
        enrolment = factories.enrolment(campus.cohort)
        certificate = factories.issued(campus)
        Sealer(enrolment.trainee_id)
        webhook = factories.webhook(program, campus.director)
        delivery = factories.delivery(webhook)
        return SimpleNamespace(
            campus=campus,
            webhook=webhook,
            delivery=delivery,
            tried=delivery.tries_made.get(),
            program=program,
            person=author,
            stranger=factories.person(),
            framework=framework,
            domain=framework.domains.get(code="C"),
            competency=Competency.objects.get(domain__version=framework, code="C1"),
            indicator=Indicator.objects.get(competency__domain__version=framework, code="C1.1"),
            rubric=rubric,
            criterion=rubric.criteria.get(code="C1"),
            level=Level.objects.get(criterion__version=rubric, criterion__code="C1", value=1),
            profile=campus.profile,
            standard=standard,
            minimum=standard.minima.get(),
            membership=program.memberships.get(person=author),
            cohort=campus.cohort,
            enrolment=enrolment,
            hours=submit_hours(
                enrolment, kind="practicum", hours=5, on=TODAY, by=enrolment.trainee
            ),
            hours_profile=(profile := adopt_profile(program, "oregon", by=campus.director)),
            hours_choice=choose_profile(campus.cohort, profile, by=campus.director),
            roster=check_roster(
                program, b"email\nnew@example.org", file_name="r.csv", by=campus.director
            ),
            leave=places.take_leave(
                factories.enrolment(campus.cohort), reason="Ill.", by=campus.director
            ),
            placement=programs.place(enrolment, campus.supervisors[0], by=campus.director),
            conflict=programs.declare_conflict(
                program, author, campus.director, reason="Friends.", by=author
            ),
            key=PersonKey.objects.get(person=enrolment.trainee),
            decision=certificate.decision,
            proposal=factories.proposed(campus),
            certificate=certificate,
            credential=certificate.credentials.get(),
            rendering=ask_for(certificate.credentials.get(), "a4"),
            issuer_seal=seal_of(campus.program.issuer, NOW),
            disclosure=sharing.agree(certificate, "details", by=certificate.holder),
            link=sharing.make_link(certificate, by=certificate.holder),
            transcript=sign_transcript(
                certificate.credentials.get().key.identity, by=certificate.holder
            ),
            issuer_key=IssuerKey.objects.get(identity__issuer=program.issuer),
            run=factories.stopped_run(campus),
            awarded=factories.awarded(campus),
            evidence=certificate.decision.enrolment.evidence.first(),
            number=RegisterNumber.objects.get(program=program),
            event=AuditEvent.objects.latest("id"),
            told=Notification.objects.create(
                person=author, kind=Kind.REVIEW_ASSIGNED, subject_id=uuid4(), shown=True, mail=True
            ),
            invitation=Invitation.objects.create(
                program=program,
                email="new@example.org",
                roles=["trainee"],
                invited_by=campus.director,
                expires_at=NOW + timedelta(days=1),
            ),
            muted=Muted.objects.create(person=author, kind=Kind.REVIEW_ASSIGNED, channel="mail"),
            mishap=Mishap.objects.create(
                subject_type="submission",
                subject_id=uuid4(),
                error="It failed.",
                last_at=NOW,
                parked_at=NOW,
            ),
            seal=a_seal(),
            report=factories.made_report(campus),
            asked_report=ask_for_report(program, Wish("csv"), by=campus.director),
            schedule=ReportSchedule.objects.create(
                program=program, format="csv", created_by=campus.director
            ),
            check=IntegrityCheck.objects.create(program=program, asked_by=author),
            accommodation=programs.accommodate(
                enrolment, extra_percent=25, reason="Dyslexia.", by=campus.director
            ),
            referred=factories.proposed(campus, 3, 3),
            appeal=Appeal.objects.create(
                decision=certificate.decision, sealed_grounds=b"x", lodged_at=NOW
            ),
            plan=RemediationPlan.objects.create(
                decision=certificate.decision, steps="Read.", written_by=author, review_on=TODAY
            ),
            case=cases.open_case(
                enrolment, uuid4(), kind="copying", grounds="Alike.", by=campus.director
            ),
            complaint=cases.take_complaint(
                program, complainant_name="Ana", subject="Noise", text="It was loud.", by=None
            ),
            notice=(notice := factories.notice()),
            consent=give_consent("sitting", notice=notice, by=author),
            erasure=Erasure.objects.create(
                person=(erased := factories.person()),
                asked_by=erased,
                erased_at=NOW,
                name_kept=False,
                kept={},
            ),
        )


def a_seal():
    seal_events()
    return AuditSeal.objects.filter(number=1)[0]


@pytest.fixture
def rows(shared_rows, db):
    return shared_rows


breaks = Violations()
breaks("user_email_lower_case", lambda r: change(r.person, email="Ana@example.org"))
breaks("user_has_name", lambda r: change(r.person, name=""))
breaks(
    "person_key_present_or_destroyed",
    lambda r: change(r.key, wrapped=None),
    lambda r: change(r.key, destroyed_at=NOW),
)
breaks("audit_names_the_action", lambda r: again(r.event, action=""))
breaks(
    "auditseal_numbered_once",
    lambda r: again(r.seal, hash="f" * 64),
    lambda r: again(again(r.seal, program_id=None, hash="e" * 64), hash="f" * 64),
)
breaks(
    "auditseal_holds_a_batch",
    lambda r: again(r.seal, hash="f" * 64, number=0),
    lambda r: again(r.seal, hash="f" * 64, number=99, count=0),
    lambda r: again(r.seal, hash="f" * 64, number=99, count=1_001),
    lambda r: again(r.seal, hash="f" * 64, number=99, first_event_id=9, last_event_id=8),
)
breaks(
    "sealentry_position_once",
    lambda r: SealEntry.objects.create(seal=r.seal, event_id=-1, position=1, event_hash="f" * 64),
)

breaks("cohort_unique", lambda r: again(r.cohort))
breaks(
    "cohort_ends_after_start", lambda r: change(r.cohort, ends_on=r.cohort.starts_on - timedelta(1))
)
breaks("cohort_known_state", lambda r: again(r.cohort, name="Other", state="paused"))
breaks("membership_one_open_per_role", lambda r: again(r.membership))
breaks("membership_known_role", lambda r: again(r.membership, role="manager"))
breaks(
    "membership_auditor_has_scope_and_end",
    lambda r: again(r.membership, role="auditor", ends_on=None, scope="All"),
    lambda r: again(r.membership, role="auditor", ends_on=TODAY, scope="", areas=["trail"]),
    lambda r: again(r.membership, role="auditor", ends_on=TODAY, scope="All"),
    lambda r: again(r.membership, role="auditor", ends_on=TODAY, scope="All", areas=["soul"]),
)
breaks(
    "membership_areas_are_an_auditors",
    lambda r: again(r.membership, ends_on=TODAY, areas=["trail"]),
    lambda r: again(r.membership, ends_on=TODAY, cohort=r.cohort),
)
breaks(
    "membership_cohort_has_records_only",
    lambda r: again(r.membership, **AUDITOR | {"cohort": r.cohort, "areas": ["trail"]}),
)
breaks(
    "membership_withdrawn_from_auditors",
    lambda r: again(r.membership, ends_on=TODAY, withdrawn_at=NOW),
)
breaks(
    "membership_ends_after_start",
    lambda r: again(r.membership, ends_on=r.membership.starts_on - timedelta(1)),
)
breaks("enrolment_unique", lambda r: again(r.enrolment, trainee_number="T-other"))
breaks("enrolment_number_unique", lambda r: again(r.enrolment, trainee=r.stranger))
breaks("enrolment_known_state", lambda r: elsewhere(r, state="lost"))
breaks(
    "enrolment_ended_for_a_reason",
    lambda r: elsewhere(r, ended_on=TODAY),
    lambda r: elsewhere(r, sealed_reason=b"x"),
    lambda r: elsewhere(r, state="withdrawn"),
    lambda r: elsewhere(r, state="withdrawn", ended_on=TODAY),
    lambda r: elsewhere(r, state="transferred", sealed_reason=b"x"),
)
breaks(
    "enrolment_came_from_another",
    lambda r: elsewhere(r, pk=(pk := uuid4()), came_from=Enrolment(pk=pk)),
)


def elsewhere(rows, **changes):
    return again(rows.enrolment, cohort=factories.cohort(rows.program), **changes)


def lift(rows, **changes):
    lifted = {"lifted_at": NOW, "lifted_by": rows.stranger, "lifted_reason": "By mistake."}
    return change(rows.conflict, **lifted | changes)


breaks("roster_known_state", lambda r: again(r.roster, state="lost"))
breaks("roster_known_kind", lambda r: change(r.roster, kind="ods"))
breaks("roster_expires_later", lambda r: change(r.roster, expires_at=r.roster.created_at))
breaks(
    "roster_rows_only_until_settled",
    lambda r: change(r.roster, rows=None),
    lambda r: change(r.roster, settled_at=NOW),
    lambda r: change(r.roster, settled_by=r.person),
    lambda r: change(r.roster, state="applied"),
    lambda r: change(r.roster, state="dropped", rows=None, settled_at=NOW),
    lambda r: change(r.roster, state="dropped", settled_at=NOW, settled_by=r.person),
    lambda r: change(r.roster, state="expired", rows=None, settled_at=NOW, settled_by=r.person),
)
breaks("roster_summary_of_an_import", lambda r: change(r.roster, summary={}))
breaks("hoursentry_known_state", lambda r: again(r.hours, state="lost"))
breaks("hoursentry_known_kind", lambda r: again(r.hours, kind="leisure"))
breaks(
    "hoursentry_some_hours",
    lambda r: again(r.hours, hours=0),
    lambda r: again(r.hours, hours="200.01"),
)
breaks("hoursentry_module_of_training", lambda r: again(r.hours, module="ethics"))
breaks(
    "hoursentry_evidence_whole",
    lambda r: again(r.hours, sealed_evidence=b"x"),
    lambda r: again(r.hours, evidence_name="a.pdf"),
    lambda r: again(r.hours, evidence_type="application/pdf"),
)
breaks(
    "hoursentry_settled_by_somebody",
    lambda r: again(r.hours, state="approved"),
    lambda r: again(r.hours, state="approved", settled_by=r.person),
    lambda r: again(r.hours, settled_by=r.person, settled_at=NOW),
    lambda r: again(r.hours, state="returned", settled_by=r.person, settled_at=NOW),
)
breaks(
    "hoursentry_settled_by_another",
    lambda r: again(r.hours, state="approved", settled_by=r.hours.trainee, settled_at=NOW),
    lambda r: again(
        r.hours, submitted_by=r.person, state="approved", settled_by=r.person, settled_at=NOW
    ),
)
breaks("hoursprofile_number_unique", lambda r: again(r.hours_profile))
breaks("hoursprofile_from_one", lambda r: again(r.hours_profile, number=0))
breaks(
    "hoursprofile_confirmed_by_somebody",
    lambda r: change(r.hours_profile, confirmed_at=NOW),
    lambda r: change(r.hours_profile, confirmed_by=r.person),
)
breaks("leave_one_open", lambda r: again(r.leave))
breaks("leave_back_after_start", lambda r: again(r.leave, ends_on=TODAY, expected_on=YESTERDAY))
breaks("leave_ends_after_start", lambda r: change(r.leave, ends_on=YESTERDAY - timedelta(days=1)))
breaks(
    "conflict_lifted_for_a_reason",
    lambda r: lift(r, lifted_at=None),
    lambda r: lift(r, lifted_by=None),
    lambda r: lift(r, lifted_reason=""),
    lambda r: change(r.conflict, lifted_reason="By mistake."),
)
breaks(
    "conflict_lifted_by_a_third",
    lambda r: lift(r, lifted_by=r.conflict.person),
    lambda r: lift(r, lifted_by=r.conflict.other),
)
breaks("placement_one_open", lambda r: again(r.placement))
breaks("placement_ends_after_start", lambda r: again(r.placement, ends_on=YESTERDAY))
breaks("conflict_unique", lambda r: again(r.conflict))
breaks("conflict_of_two", lambda r: again(r.conflict, other=r.conflict.person))
breaks("conflict_has_reason", lambda r: again(r.conflict, other=r.stranger, reason=""))

breaks("accommodation_one_open", lambda r: again(r.accommodation))
breaks(
    "accommodation_gives_something",
    lambda r: again(r.accommodation, ends_on=TODAY, extra_percent=0),
)
breaks(
    "accommodation_at_most_fourfold",
    lambda r: again(r.accommodation, ends_on=TODAY, extra_percent=301),
)
breaks(
    "accommodation_has_reason",
    lambda r: again(r.accommodation, ends_on=TODAY, sealed_reason=None),
    lambda r: again(r.accommodation, ends_on=TODAY, reason="Dyslexia."),
)
breaks("accommodation_ends_after_start", lambda r: change(r.accommodation, ends_on=YESTERDAY))

breaks(
    "integritycheck_one_open",
    lambda r: again(r.check),
    lambda r: [again(r.check, program=None) for _ in range(2)],
)
breaks(
    "integritycheck_answered_once_finished",
    lambda r: change(r.check, found=0),
    lambda r: change(r.check, head="f" * 64),
    lambda r: change(r.check, findings=["A finding."]),
    lambda r: change(r.check, finished_at=NOW, found=0),
    lambda r: change(r.check, started_at=NOW, finished_at=NOW),
    lambda r: change(r.check, started_at=NOW, finished_at=NOW - timedelta(days=1), found=0),
)


def a_line(rows, cells):
    enrolment = rows.proposal.enrolment
    return ReportLine.objects.create(
        decision=rows.proposal,
        program=rows.program,
        cohort=enrolment.cohort,
        enrolment=enrolment,
        settled_at=NOW,
        at=NOW,
        cells=cells,
    )


breaks("reportline_is_a_line", lambda r: a_line(r, ""), lambda r: a_line(r, "two\nlines"))
breaks(
    "reportstanding_is_a_line",
    lambda r: again(r.decision.report_line.standings.latest("id"), cells="a\x01b"),
)
breaks("reportschedule_known_format", lambda r: again(r.schedule, format="doc"))
breaks("reportpart_numbered", lambda r: again(r.report.parts.get()))
breaks("report_known_state", lambda r: again(r.asked_report, state="lost"))
breaks(
    "report_known_contents_and_format",
    lambda r: again(r.asked_report, format="doc"),
    lambda r: again(r.asked_report, contents="gossip"),
)
breaks(
    "report_once_a_month",
    lambda r: [
        again(r.asked_report, schedule=r.schedule, month=TODAY.replace(day=1)) for _ in range(2)
    ],
)
breaks(
    "report_scheduled_for_a_month",
    lambda r: again(r.asked_report, schedule=r.schedule),
    lambda r: again(r.asked_report, month=TODAY.replace(day=1)),
    lambda r: again(r.asked_report, schedule=r.schedule, month=TODAY.replace(day=2)),
)
breaks(
    "report_period_in_order",
    lambda r: again(r.asked_report, begins_on=TODAY, ends_on=YESTERDAY),
)
breaks(
    "report_of_the_past",
    lambda r: again(r.asked_report, as_of=r.asked_report.created_at + timedelta(seconds=1)),
)
breaks(
    "report_whole_or_not_at_all",
    lambda r: again(r.report, rows=None),
    lambda r: again(r.report, size=None),
    lambda r: again(r.report, manifest=None),
    lambda r: again(r.report, sha256=""),
    lambda r: again(r.report, finished_at=None),
    lambda r: again(r.asked_report, rows=3),
    lambda r: again(r.asked_report, sha256="f" * 64),
)
breaks(
    "report_failed_for_a_reason",
    lambda r: again(r.asked_report, state="failed"),
    lambda r: again(r.asked_report, problem="Too long."),
)
breaks("mishap_one_standing", lambda r: again(r.mishap))
breaks(
    "mishap_released_by_a_person",
    lambda r: change(r.mishap, released_at=NOW),
    lambda r: change(r.mishap, released_by=r.person),
    lambda r: change(r.mishap, released_at=NOW, released_by=r.person, parked_at=None),
    lambda r: change(r.mishap, released_at=NOW - timedelta(days=9), released_by=r.person),
)
breaks("case_known_kind", lambda r: change(r.case, kind="rudeness"))
breaks("case_has_grounds", lambda r: change(r.case, grounds=""))
breaks(
    "case_closed_with_finding",
    lambda r: change(r.case, closed_at=NOW),
    lambda r: change(r.case, finding="upheld"),
    lambda r: close(r, closed_at=None),
    lambda r: close(r, closed_by=None),
    lambda r: close(r, finding=""),
    lambda r: close(r, finding="perhaps"),
    lambda r: close(r, finding_reason=""),
)
breaks("case_closed_by_another", lambda r: close(r, closed_by=r.case.opened_by))
breaks("complaint_number_unique", lambda r: again(r.complaint))
breaks(
    "complaint_says_something",
    lambda r: again(r.complaint, number=9, subject=""),
    lambda r: again(r.complaint, number=9, text=""),
    lambda r: again(r.complaint, number=9, complainant=r.person, sealed_text=b"x"),
)
breaks(
    "complaint_sealed_for_somebody",
    lambda r: again(r.complaint, number=9, text="", sealed_text=b"x"),
)
breaks("notice_number_from_one", lambda r: again(r.notice, number=0, changes="All."))
breaks(
    "notice_says_something",
    lambda r: again(r.notice, number=2, changes="All.", title=""),
    lambda r: again(r.notice, number=2, changes="All.", text=""),
    lambda r: again(r.notice, number=2, changes="All.", content_hash=""),
)
breaks("notice_says_what_changed", lambda r: again(r.notice, number=2))
breaks("consent_known_purpose", lambda r: again(r.consent, purpose="marketing"))
breaks("consent_to_sit_names_the_notice", lambda r: again(r.consent, notice=None))
breaks(
    "consent_one_in_force",
    lambda r: again(r.consent),
    lambda r: again(again(r.consent, purpose="public_levels", notice=None)),
)
breaks(
    "consent_withdrawn_after_given",
    lambda r: change(r.consent, withdrawn_at=NOW - timedelta(days=9)),
)
breaks(
    "erasure_by_staff_has_reason",
    lambda r: again(r.erasure, person=r.person, asked_by=r.stranger),
)
breaks(
    "complaint_answered_with_outcome",
    lambda r: change(r.complaint, outcome="Quiet now."),
    lambda r: resolve(r, answered_at=None),
    lambda r: resolve(r, answered_at=NOW - timedelta(days=9)),
    lambda r: resolve(r, answered_by=None),
    lambda r: resolve(r, outcome=""),
)


def author(rows):
    return rows.person


breaks("framework_code_unique", lambda r: again(r.framework.framework))
breaks("rubric_code_unique", lambda r: again(r.rubric.rubric))
breaks("scopeprofile_code_unique", lambda r: again(r.profile.profile))
breaks("standard_code_unique", lambda r: again(r.standard.standard))
breaks_of_version(breaks, "frameworkversion", lambda r: r.framework, by=author)
breaks_of_version(breaks, "rubricversion", lambda r: r.rubric, by=author)
breaks_of_version(breaks, "scopeprofileversion", lambda r: r.profile, by=author)
breaks_of_version(breaks, "standardversion", lambda r: r.standard, by=author)

breaks("domain_code_unique", lambda r: again(r.domain, position=9))
breaks("domain_position_unique", lambda r: again(r.domain, code="Z"))
breaks("competency_code_unique", lambda r: again(r.competency, position=9))
breaks("competency_position_unique", lambda r: again(r.competency, code="Z1"))
breaks("indicator_code_unique", lambda r: again(r.indicator))
breaks("indicator_known_kind", lambda r: again(r.indicator, code="Z", kind="virtue"))
breaks("criterion_code_unique", lambda r: again(r.criterion, position=9))
breaks("criterion_position_unique", lambda r: again(r.criterion, code="Z1"))
breaks(
    "criterion_weight_positive",
    lambda r: change(r.criterion, weight=0),
    lambda r: change(r.criterion, weight=-1),
)
breaks("level_once", lambda r: again(r.level))
breaks(
    "level_from_1_to_4",
    lambda r: change(r.level, value=0),
    lambda r: change(r.level, value=5),
)
breaks("level_has_anchor", lambda r: change(r.level, anchor=""))

breaks(
    "standardversion_cut_1_to_4",
    lambda r: change(r.standard, cut="0.9999"),
    lambda r: change(r.standard, cut="4.0001"),
)
breaks(
    "standardversion_keyed_cut_share",
    lambda r: change(r.standard, keyed_cut="-0.1"),
    lambda r: change(r.standard, keyed_cut="1.1"),
)
breaks(
    "standardversion_thresholds_ordered",
    lambda r: change(r.standard, not_yet_at="0.95"),
    lambda r: change(r.standard, competent_at="1.01"),
    lambda r: change(r.standard, not_yet_at="-0.01"),
)
breaks("standardversion_some_reviews", lambda r: change(r.standard, required_reviews=0))
breaks("standardversion_some_time", lambda r: change(r.standard, minutes=0))
breaks("standardversion_some_validity", lambda r: change(r.standard, validity_months=0))
breaks("standardversion_rehearses_as_pilot", lambda r: change(r.standard, rehearsal_seconds=0))
breaks("minimum_once", lambda r: again(r.minimum))
breaks(
    "minimum_level_1_to_4",
    lambda r: change(r.minimum, level="0.9"),
    lambda r: change(r.minimum, level="4.1"),
)

breaks("evidence_once_per_source", lambda r: again(r.evidence))
breaks(
    "evidence_value_1_to_4",
    lambda r: again(r.evidence, round=9, value="0.9"),
    lambda r: again(r.evidence, round=9, value="4.1"),
)
breaks(
    "evidence_error_not_negative",
    lambda r: again(r.evidence, round=9, standard_error="-0.1"),
)
breaks("evidence_has_ratings", lambda r: again(r.evidence, round=9, ratings=0))

breaks("decision_per_round", lambda r: again(r.proposal))
breaks(
    "decision_one_in_force",
    lambda r: again(r.proposal, round=2),
    lambda r: again(r.decision, round=2),
)
breaks("decision_known_state", lambda r: again(r.decision, round=2, state="final"))
breaks("decision_known_outcome", lambda r: again(r.proposal, attempt_id=uuid4(), outcome="passed"))
breaks(
    "decision_settled_by_a_person",
    lambda r: change(r.proposal, state="ratified"),
    lambda r: change(r.proposal, state="ratified", settled_at=NOW),
    lambda r: change(r.proposal, state="ratified", settled_by=r.person),
    lambda r: change(r.proposal, settled_at=NOW, settled_by=r.person),
)
breaks(
    "decision_returned_with_reason",
    lambda r: change(r.proposal, state="returned", settled_at=NOW, settled_by=r.person),
)
breaks(
    "decision_referral_of_a_refer",
    lambda r: change(r.referred, referral="more_review"),
    lambda r: settle(r, r.proposal, referral="more_review"),
    lambda r: settle(r, r.referred, referral="a_chat"),
)
breaks("decision_has_reasons", lambda r: again(r.proposal, attempt_id=uuid4(), reasons=[]))
breaks(
    "decision_round_known",
    lambda r: again(r.proposal, attempt_id=uuid4(), round=0),
    lambda r: again(r.proposal, attempt_id=uuid4(), round=21),
)

breaks("appeal_known_state", lambda r: again(r.appeal, decision=r.proposal, state="heard"))
breaks(
    "appeal_has_a_decider",
    lambda r: change(r.appeal, state="under_review"),
    lambda r: again(
        r.appeal, decision=r.proposal, state="denied", decided_at=NOW, reason="It stands."
    ),
)
breaks(
    "appeal_decided_with_reason",
    lambda r: change(r.appeal, reason="It stands."),
    lambda r: change(r.appeal, decided_at=NOW),
    lambda r: decide(r, decided_at=None),
    lambda r: decide(r, reason=""),
)
breaks("remediationplan_has_steps", lambda r: change(r.plan, steps=""))
breaks(
    "remediationplan_completed_with_note",
    lambda r: change(r.plan, completed_at=NOW),
    lambda r: change(r.plan, completion_note="Done."),
)

breaks("certificate_known_state", lambda r: again(r.certificate, state="final"))
breaks(
    "certificate_issued_complete",
    lambda r: change(r.awarded, state="issued"),
    lambda r: change(r.awarded, issued_at=NOW),
    lambda r: change(r.awarded, particulars_hash="x"),
    lambda r: change(r.awarded, corrected_name="Ana"),
    lambda r: issue(r.awarded, issued_at=None),
    lambda r: issue(r.awarded, particulars=None),
    lambda r: issue(r.awarded, particulars_hash=""),
    lambda r: issue(r.awarded, valid_until=NOW),
    lambda r: issue(r.awarded, valid_until=None),
)
breaks(
    "certificate_has_number_and_code",
    lambda r: again(r.awarded, number=""),
    lambda r: again(r.awarded, code=""),
)
breaks("registernumber_once", lambda r: again(r.number))

HOUR_AGO = NOW - timedelta(hours=1)
breaks("issuerseal_one_active", lambda r: again(r.issuer_seal))
breaks(
    "issuerseal_secret_only_while_active",
    lambda r: change(r.issuer_seal, retired_at=NOW),
    lambda r: change(r.issuer_seal, sealed=None),
)
breaks("rendering_once", lambda r: again(r.rendering))
breaks("rendering_known_paper", lambda r: again(r.rendering, paper="a7"))
breaks(
    "rendering_whole_or_waiting",
    lambda r: render(r, document=None),
    lambda r: render(r, document_hash=""),
    lambda r: render(r, seal=None),
    lambda r: render(r, made_at=None),
    lambda r: render(r, held_for="Thai"),
)
breaks("disclosure_known_agreement", lambda r: again(r.disclosure, agreement="everything"))
breaks("disclosure_once", lambda r: again(r.disclosure))
breaks("disclosure_withdrawn_after_given", lambda r: change(r.disclosure, withdrawn_at=HOUR_AGO))
breaks("sharelink_has_token", lambda r: again(r.link, token=""))
breaks(
    "sharelink_shows_one_thing",
    lambda r: again(r.link, token="y", transcript=r.transcript),
    lambda r: again(r.link, token="y", certificate=None),
)
breaks("transcript_has_hash", lambda r: again(r.transcript, document_hash=""))
breaks("sharelink_withdrawn_after_made", lambda r: change(r.link, withdrawn_at=HOUR_AGO))


def render(rows, **left_out):
    whole = {"document": b"x", "document_hash": "x", "seal": rows.issuer_seal, "made_at": NOW}
    return change(rows.rendering, **whole | left_out)


breaks("issuerkey_known_state", lambda r: other_key(r, state="lost"))
breaks("issuerkey_name_unique", lambda r: again(r.issuer_key, public_key="z6Mk", **RETIRED))
breaks("issuerkey_one_active", lambda r: other_key(r))
breaks(
    "issuerkey_secret_only_while_active",
    lambda r: other_key(r, sealed=None),
    lambda r: other_key(r, retired_at=NOW),
    lambda r: other_key(r, **RETIRED | {"sealed": b"x"}),
    lambda r: other_key(r, **RETIRED | {"retired_at": None}),
    lambda r: other_key(r, **RETIRED | {"compromised_at": NOW}),
    lambda r: other_key(r, **RETIRED | {"state": "compromised"}),
)
breaks("achievement_once", lambda r: again(r.credential.achievement))
breaks(
    "statuslist_lasts",
    lambda r: change(r.credential.status_list, valid_until=r.credential.status_list.signed_at),
)
breaks(
    "credential_numbered",
    lambda r: again(r.credential, status_index=free_index(r), **WITHDRAWN),
)
breaks(
    "credential_one_current",
    lambda r: again(r.credential, status_index=free_index(r), number=2),
)
breaks("credential_own_status", lambda r: again(r.credential, number=2, **WITHDRAWN))
breaks(
    "credential_in_range",
    lambda r: again(r.credential, status_index=131_072, number=2, **WITHDRAWN),
    lambda r: again(r.credential, status_index=free_index(r), number=0, **WITHDRAWN),
    lambda r: again(
        r.credential, status_index=free_index(r), number=2, document_hash="", **WITHDRAWN
    ),
)
breaks(
    "credential_withdrawn_for_a_reason",
    lambda r: change(r.credential, withdrawn_at=NOW),
    lambda r: change(r.credential, withdrawn_because="revoked"),
    lambda r: change(r.credential, withdrawn_at=NOW, withdrawn_because="a mood"),
)
breaks("issuingrun_one_open", lambda r: again(r.run))
breaks("issuingrun_has_something", lambda r: change(r.run, total=0))
breaks(
    "issuingrun_finished_going",
    lambda r: change(r.run, finished_at=timezone.now()),
    lambda r: change(r.run, stopped_at=None, finished_at=NOW - timedelta(days=9)),
)
breaks("issuingitem_once", lambda r: again(r.run.items.get()))
breaks("issuingitem_failed_when", lambda r: change(r.run.items.get(), error="It failed."))
RETIRED = {"state": "retired", "sealed": None, "retired_at": NOW}
WITHDRAWN = {"withdrawn_at": NOW, "withdrawn_because": "revoked"}


def other_key(rows, **changes):
    return again(rows.issuer_key, **{"public_key": "z6Mk", "name": "key-2"} | changes)


def free_index(rows):
    return (rows.credential.status_index + 1) % 131_072


def close(rows, **left_out):
    whole = {
        "closed_at": NOW,
        "closed_by": rows.stranger,
        "finding": "upheld",
        "finding_reason": "Word for word.",
    }
    return change(rows.case, **whole | left_out)


def resolve(rows, **left_out):
    whole = {
        "answered_at": timezone.now(),
        "answered_by": rows.person,
        "outcome": "It is quiet now.",
    }
    return change(rows.complaint, **whole | left_out)


def settle(rows, decision, **changes):
    whole = {"state": "ratified", "settled_at": NOW, "settled_by": rows.person}
    return change(decision, **whole | changes)


def decide(rows, **left_out):
    whole = {"decider": rows.person, "decided_at": NOW, "reason": "It stands."}
    return again(rows.appeal, decision=rows.proposal, state="denied", **whole | left_out)


def issue(certificate, **left_out):
    """Issue by hand, with something wrong."""
    whole = {
        "state": "issued",
        "issued_at": NOW,
        "valid_until": NOW + timedelta(days=1),
        "particulars": {},
        "particulars_hash": "x",
    }
    return change(certificate, **whole | left_out)


breaks("invitation_one_standing", lambda r: again(r.invitation))
breaks("invitation_email_lower_case", lambda r: change(r.invitation, email="New@example.org"))
breaks(
    "invitation_known_roles",
    lambda r: change(r.invitation, roles=[]),
    lambda r: change(r.invitation, roles=["king"]),
)
breaks(
    "invitation_auditor_has_scope_and_end",
    lambda r: change(r.invitation, roles=["auditor"]),
    lambda r: change(r.invitation, roles=["auditor"], roles_end_on=TODAY),
    lambda r: change(r.invitation, roles=["auditor"], roles_end_on=TODAY, scope="All"),
)
breaks(
    "invitation_areas_are_an_auditors",
    lambda r: change(r.invitation, areas=["trail"]),
    lambda r: change(r.invitation, cohort=r.cohort),
)
breaks(
    "invitation_cohort_has_records_only",
    lambda r: change(
        r.invitation,
        roles=["auditor"],
        roles_end_on=TODAY,
        scope="All",
        areas=["trail"],
        cohort=r.cohort,
    ),
)
breaks(
    "invitation_accepted_by_somebody",
    lambda r: change(r.invitation, accepted_at=NOW),
    lambda r: change(r.invitation, accepted_by=r.person),
    lambda r: change(r.invitation, accepted_at=NOW, accepted_by=r.person, withdrawn_at=NOW),
)
breaks(
    "invitation_expires_later",
    lambda r: change(r.invitation, expires_at=r.invitation.created_at),
)
breaks(
    "endpoint_known_events",
    lambda r: change(r.webhook, events=[]),
    lambda r: change(r.webhook, events=["gossip"]),
)
breaks(
    "endpoint_previous_secret_has_an_end",
    lambda r: change(r.webhook, sealed_previous=b"x"),
    lambda r: change(r.webhook, previous_until=NOW),
)
breaks(
    "endpoint_stopped_at_a_time",
    lambda r: change(r.webhook, stopped="person"),
    lambda r: change(r.webhook, stopped_at=NOW),
    lambda r: change(r.webhook, stopped="mood", stopped_at=NOW),
)
breaks("delivery_once", lambda r: again(r.delivery))
breaks("delivery_known_event", lambda r: change(r.delivery, event="gossip"))
breaks("delivery_known_state", lambda r: again(r.delivery, occasion="x", state="lost"))
breaks("delivery_waits_until", lambda r: change(r.delivery, next_at=None))
breaks("try_once", lambda r: again(r.tried))
breaks(
    "try_answered_or_failed",
    lambda r: again(r.tried, number=9, error=""),
    lambda r: again(r.tried, number=9, status=200),
)
breaks("notification_once", lambda r: again(r.told))
breaks("notification_known_kind", lambda r: again(r.told, kind="gossip"))
breaks(
    "notification_reaches_the_person",
    lambda r: again(r.told, occasion="x", shown=False, mail=False),
)
breaks(
    "notification_mailed_if_wanted",
    lambda r: again(r.told, occasion="x", mail=False, mailed_at=NOW),
)
breaks(
    "notification_read_if_shown",
    lambda r: again(r.told, occasion="x", shown=False, read_at=NOW),
)
breaks("muted_once", lambda r: again(r.muted))
breaks(
    "muted_known_kind_and_channel",
    lambda r: again(r.muted, kind="gossip"),
    lambda r: again(r.muted, channel="pigeon"),
)


@pytest.mark.parametrize(("constraint", "violation"), breaks.params)
def test_the_database_refuses_a_row_that_breaks(constraint, violation, rows):
    with violates(constraint):
        violation(rows)


def test_every_constraint_is_broken_here():
    assert breaks.names == constraints_of("competency")


UNIQUE = {
    "hourschoice.cohort": lambda r: again(r.hours_choice),
    "enrolment.came_from": lambda r: [elsewhere(r, came_from=r.enrolment) for _ in range(2)],
    "auditseal.hash": lambda r: again(r.seal, number=99),
    "appeal.decision": lambda r: again(r.appeal),
    "remediationplan.decision": lambda r: again(r.plan),
    "user.email": lambda r: again(r.person),
    "issueridentity.issuer": lambda r: again(r.issuer_key.identity, path="another"),
    "issueridentity.path": lambda r: again(
        r.issuer_key.identity, issuer=again(r.program.issuer, name="Another")
    ),
    "issuerkey.public_key": lambda r: again(r.issuer_key, name="key-2", **RETIRED),
    "notice.number": lambda r: again(r.notice, changes="All."),
    "erasure.person": lambda r: again(r.erasure),
    "issuer.name": lambda r: again(r.program.issuer),
    "program.code": lambda r: again(r.program),
    "certificate.decision": lambda r: again(r.certificate, number="A", code="A"),
    "sharelink.token": lambda r: again(r.link),
    "certificate.number": lambda r: again(r.certificate, decision=r.proposal, code="A"),
    "certificate.code": lambda r: again(r.certificate, decision=r.proposal, number="A"),
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
    assert set(UNIQUE) == unique_fields_of("competency")


def test_a_person_has_one_key(rows):
    with violates("competency_personkey_pkey"):
        PersonKey.objects.create(person=rows.enrolment.trainee, wrapped=b"other")


def test_nobody_is_deleted_who_left_a_trace(rows):
    with pytest.raises(ProtectedError):
        rows.enrolment.trainee.delete()
    User.objects.filter(pk=rows.enrolment.trainee_id)._raw_delete("default")
    with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)
