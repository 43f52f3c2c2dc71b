"""Draft and publish assessments."""

import pytest
from django.db import IntegrityError

from assessments.instruments import services
from assessments.instruments.contents import assessment_content
from assessments.instruments.models import Assessment, FormVignette
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.programs.roles import Role
from tests import factories
from tests.factories import contents, count_rows


def draft(campus, *cases, **changes):
    pinned = {
        "rubric": campus.rubric,
        "profile": campus.profile,
        "standard": campus.standard,
    }
    pinned |= {name: changes.pop(name) for name in pinned if name in changes}
    return factories.drafted_assessment(
        campus.program,
        changes.pop("by", campus.author),
        *pinned.values(),
        *(cases or [campus.vignette]),
        **{"version": 2} | changes,
    )


def refusal(assessment, campus):
    with pytest.raises(DomainError) as refused:
        services.publish_assessment(assessment, by=campus.author)
    assessment.refresh_from_db()
    assert assessment.state == "draft"
    return refused.value.message


def test_an_assessment_says_what_it_pins(campus):
    said = assessment_content(draft(campus))
    assert (said["rubric"], said["scope_profile"], said["standard"]) == (
        "RUBRIC/1",
        "PROFILE/1",
        "STANDARD/1",
    )
    assert said["forms"] == [
        {"number": 1, "title": "Form 1", "vignettes": [{"vignette": "V1/1", "key": 1}]}
    ]
    assert said["what_it_does_not_say"] == "It is not a license to practice."


def test_publishing_freezes_the_assessment_with_its_forms(campus):
    assessment = draft(campus)
    services.publish_assessment(assessment, by=campus.author)
    assessment.refresh_from_db()
    assert assessment.content_hash == content_hash(assessment_content(assessment))
    with pytest.raises(IntegrityError, match="what it belongs to is frozen"):
        FormVignette.objects.filter(form__assessment=assessment).update(position=2)


def test_a_vignette_takes_the_newest_published_key_of_the_scope(campus):
    key = factories.published_key(
        campus.vignette, campus.author, {"version": 2}, profile=campus.profile
    )
    factories.drafted_key(campus.vignette, campus.author, {"version": 3}, profile=campus.profile)
    assert draft(campus).forms.get().vignettes.get().key == key


def test_a_vignette_without_a_key_for_the_scope_is_refused_and_nothing_is_kept(campus):
    other = factories.published_profile(campus.program, campus.author, code="OTHER")
    before = count_rows(Assessment, FormVignette, AuditEvent)
    with pytest.raises(InvalidInput, match="no published key for scope profile OTHER/1") as no:
        draft(campus, profile=other)
    assert no.value.field == "scope_profile"
    assert count_rows(Assessment, FormVignette, AuditEvent) == before


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        ([], "The assessment has no form."),
        ([{"number": 1, "title": "Form 1", "vignettes": []}], "Form 1 has no vignette."),
    ],
)
def test_an_assessment_asks_something(forms, words, campus):
    assert words in refusal(draft(campus, forms=forms), campus)


def test_an_assessment_stands_on_what_is_published(campus):
    standard = factories.drafted_standard(campus.program, campus.author, version=2)
    assert "Standard STANDARD/2 is not published." in refusal(
        draft(campus, standard=standard), campus
    )


def test_a_vignette_is_judged_by_the_rubric_of_the_assessment(campus):
    other = factories.published_rubric(
        campus.program,
        campus.author,
        contents.rubric_content(code="OTHER"),
        framework=campus.framework,
    )
    assert "Vignette V1/1 is judged by another rubric." in refusal(
        draft(campus, rubric=other), campus
    )


def test_every_vignette_on_a_form_is_published(campus):
    other = factories.drafted_vignette(
        campus.program, campus.author, {"code": "V2"}, rubric=campus.rubric
    )
    factories.drafted_key(other, campus.author, profile=campus.profile)
    form = {"number": 1, "title": "Form 1", "vignettes": [{"vignette": "V2/1", "key": 1}]}
    words = refusal(draft(campus, other, forms=[form]), campus)
    assert "Vignette V2/1 is not published." in words
    assert "The key 1 of V2/1" in words


def test_a_key_of_another_vignette_or_scope_is_refused(campus):
    elsewhere = factories.published_profile(campus.program, campus.author, code="OTHER")
    key = factories.published_key(campus.vignette, campus.author, {"version": 2}, profile=elsewhere)
    assessment = draft(campus)
    FormVignette.objects.filter(form__assessment=assessment).update(key=key)
    assert f"The {key} is not for V1/1 in this scope." in refusal(assessment, campus)


def test_a_vignette_without_keyed_items_needs_a_key_all_the_same(campus):
    stages = [
        {
            "code": "only",
            "title": "Only",
            "narrative": [{"speaker": None, "text": "You sit down."}],
            "items": [
                {"code": "say", "kind": "free_text", "prompt": "Speak.", "criteria": ["C1"]},
            ],
        }
    ]
    other = factories.published_vignette(
        campus.program, campus.author, {"code": "V2", "stages": stages}, rubric=campus.rubric
    )
    with pytest.raises(InvalidInput) as refused:
        draft(campus, other)
    assert "no published key" in refused.value.message
    assert "Items without a key" not in refused.value.message


def test_a_reserve_vignette_is_on_no_form(campus):
    assessment = draft(campus, reserves=[{"vignette": "V1/1"}])
    assert "Reserve V1/1 is on a form as well." in refusal(assessment, campus)


def test_a_version_is_drafted_once(campus):
    with pytest.raises(InvalidInput, match="Version 1 of CORE exists already") as refused:
        draft(campus, version=1)
    assert refused.value.field == "version"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUTHOR])
def test_only_authors_write_assessments(role, campus):
    other = factories.member(campus.program, role)
    with pytest.raises(NotAllowed):
        draft(campus, by=other)
    assessment = draft(campus)
    with pytest.raises(NotAllowed):
        services.publish_assessment(assessment, by=other)
