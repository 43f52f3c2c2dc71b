"""Draft and publish frameworks, rubrics and scope profiles."""

import pytest
from django.db import IntegrityError

from competency.audit.models import AuditEvent
from competency.foundation.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    TransitionRefused,
)
from competency.foundation.hashing import content_hash
from competency.frameworks import services
from competency.frameworks.contents import (
    framework_content,
    profile_content,
    rubric_content,
)
from competency.frameworks.models import (
    Competency,
    Criterion,
    Framework,
    FrameworkVersion,
    Indicator,
    Level,
    RubricVersion,
)
from competency.programs.roles import Role
from tests import factories
from tests.factories import contents, count_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """A program and its author."""
    return factories.program_with(Role.AUTHOR)


def without(content, *keys):
    return {key: value for key, value in content.items() if key not in keys}


# --- Frameworks ---


def test_a_framework_is_drafted_as_it_was_written(desk):
    program, author = desk
    version = services.draft_framework(program, contents.framework_content(), by=author)
    assert str(version) == "FRAME/1"
    assert version.state == "draft"
    written = contents.framework_content()
    assert without(framework_content(version), "kind") == written


def test_publishing_freezes_the_hash_of_what_was_written_and_who_signed(desk):
    program, author = desk
    version = factories.drafted_framework(program, author)
    services.publish_framework(version, by=author)
    version.refresh_from_db()
    assert version.state == "published"
    assert version.content_hash == content_hash(framework_content(version))
    assert version.published_by == author
    event = AuditEvent.objects.get(action="frameworkversion.published")
    assert (event.actor_id, event.program_id) == (author.pk, program.pk)


def test_an_incomplete_framework_stays_a_draft_and_everything_missing_is_named(desk):
    program, author = desk
    content = contents.framework_content()
    content["domains"][0]["competencies"][0]["indicators"] = []
    content["domains"][1]["competencies"] = []
    version = factories.drafted_framework(program, author, content)
    with pytest.raises(DomainError, match=r"C1 has no indicators\. .*D has no competencies") as no:
        services.publish_framework(version, by=author)
    assert no.value.code == "incomplete"
    version.refresh_from_db()
    assert (version.state, version.content_hash) == ("draft", "")


def test_a_correction_is_a_new_version_of_the_same_framework(desk):
    program, author = desk
    first = factories.published_framework(program, author)
    second = factories.published_framework(
        program, author, contents.framework_content(version=2, statement="Better said.")
    )
    assert first.framework == second.framework
    assert first.content_hash != second.content_hash
    assert Framework.objects.count() == 1
    assert set(FrameworkVersion.objects.published()) == {first, second}


def test_a_version_is_drafted_once(desk):
    program, author = desk
    factories.drafted_framework(program, author)
    before = count_rows(FrameworkVersion, Competency, AuditEvent)
    with pytest.raises(DomainError, match="Version 1 of FRAME exists already") as refused:
        factories.drafted_framework(program, author)
    assert refused.value.field == "version"
    assert count_rows(FrameworkVersion, Competency, AuditEvent) == before


def test_two_programs_may_use_the_same_code(desk):
    factories.published_framework(*desk)
    factories.published_framework(*factories.program_with(Role.AUTHOR))
    assert Framework.objects.filter(code="FRAME").count() == 2


def test_a_published_version_is_not_published_again(desk):
    program, author = desk
    version = factories.published_framework(program, author)
    with pytest.raises(TransitionRefused, match="is published"):
        services.publish_framework(version, by=author)


def test_a_published_framework_cannot_be_edited(desk):
    version = factories.published_framework(*desk)
    with pytest.raises(IntegrityError, match="what it belongs to is frozen"):
        Indicator.objects.filter(competency__domain__version=version).update(text="Other.")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUTHOR])
def test_only_authors_draft_publish_and_retire(role, desk):
    program, author = desk
    version = factories.drafted_framework(program, author)
    other = factories.member(program, role)
    with pytest.raises(NotAllowed):
        services.draft_framework(program, contents.framework_content(version=2), by=other)
    with pytest.raises(NotAllowed):
        services.publish_framework(version, by=other)
    services.publish_framework(version, by=author)
    with pytest.raises(NotAllowed):
        services.retire_version(version, by=other, reason="Old.")


def test_an_author_of_another_program_is_a_stranger(desk):
    program, author = desk
    version = factories.drafted_framework(program, author)
    _, stranger = factories.program_with(Role.AUTHOR)
    with pytest.raises(NotAllowed):
        services.draft_framework(program, contents.framework_content(version=2), by=stranger)
    with pytest.raises(NotAllowed):
        services.publish_framework(version, by=stranger)


def test_a_retired_version_keeps_its_words_and_its_reason(desk):
    program, author = desk
    version = factories.published_framework(program, author)
    frozen = framework_content(version)
    services.retire_version(version, by=author, reason="A second version is out.")
    version.refresh_from_db()
    assert version.state == "retired"
    assert version.retired_at is not None
    assert framework_content(version) == frozen
    assert version not in FrameworkVersion.objects.published()
    event = AuditEvent.objects.get(action="frameworkversion.retired")
    assert event.reason == "A second version is out."


# --- Rubrics ---


def test_a_rubric_is_drafted_as_it_was_written(desk):
    program, author = desk
    framework = factories.published_framework(program, author)
    version = factories.drafted_rubric(program, author, framework=framework)
    said = rubric_content(version)
    assert said["framework"] == "FRAME/1"
    assert [c["code"] for c in said["criteria"]] == ["C1", "C3", "D1"]
    assert [c["weight"] for c in said["criteria"]] == ["1", "1", "2"]
    assert [c["safety_critical"] for c in said["criteria"]] == [False, True, False]
    assert said["criteria"][0]["levels"] == contents.criterion_content("C1")["levels"]


def test_an_empty_rubric_cannot_be_published(desk):
    program, author = desk
    version = factories.drafted_rubric(program, author, contents.rubric_content(criteria=[]))
    with pytest.raises(DomainError, match="The rubric has no criteria"):
        services.publish_rubric(version, by=author)
    assert RubricVersion.objects.get(pk=version.pk).state == "draft"


def test_a_rubric_without_every_anchor_cannot_be_published(desk):
    program, author = desk
    content = contents.rubric_content()
    del content["criteria"][0]["levels"]["4"]
    version = factories.drafted_rubric(program, author, content)
    with pytest.raises(DomainError, match="C1 has no anchor for level 4"):
        services.publish_rubric(version, by=author)


def test_a_rubric_stands_on_a_published_framework(desk):
    program, author = desk
    framework = factories.drafted_framework(program, author)
    version = factories.drafted_rubric(program, author, framework=framework)
    with pytest.raises(DomainError, match="Framework FRAME/1 is not published"):
        services.publish_rubric(version, by=author)
    services.publish_framework(framework, by=author)
    version.refresh_from_db()
    services.publish_rubric(version, by=author)
    assert version.state == "published"


def test_a_criterion_for_a_missing_competency_is_refused_and_nothing_is_kept(desk):
    program, author = desk
    framework = factories.published_framework(program, author)
    content = contents.rubric_content()
    content["criteria"][2]["competency"] = "Z9"
    before = count_rows(RubricVersion, Criterion, Level, AuditEvent)
    with pytest.raises(InvalidInput, match="D1 judges Z9, which FRAME/1 does not have") as no:
        factories.drafted_rubric(program, author, content, framework=framework)
    assert no.value.field == "criteria"
    assert count_rows(RubricVersion, Criterion, Level, AuditEvent) == before


# --- Scope profiles ---


def test_a_scope_profile_is_published_as_it_was_written(desk):
    version = factories.published_profile(*desk)
    assert without(profile_content(version), "kind") == contents.profile_content()
    assert version.content_hash == content_hash(profile_content(version))


def test_a_number_that_makes_no_sense_is_not_told_as_taken(campus):
    with pytest.raises(IntegrityError, match="number_from_one"):
        services.draft_framework(
            campus.program, contents.framework_content(version=0), by=campus.author
        )
