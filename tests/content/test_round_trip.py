"""What is exported comes back as it was: the same content hash in another program."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.content.exporting import as_yaml, export, versions_of
from assessments.content.importing import import_documents
from assessments.content.kinds import content_of
from assessments.content.reading import read_file, read_files
from assessments.content.rules.canonical import canonical
from assessments.content.shelves import Shelf
from assessments.demo.script import content_paths
from competency.foundation.hashing import content_hash
from tests import factories
from tests.content import files
from tests.content.strategies import BY_KIND

GROUND = [files.framework(), files.rubric(), files.scope_profile(), files.vignette(), files.key(),
          files.standard()]  # fmt: skip


@pytest.fixture(scope="module")
def two_programs(module_rows, django_db_blocker, tmp_path_factory):
    """Both have published what the drawn content stands on."""
    with django_db_blocker.unblock():
        here, author = factories.program_with("author")
        there, writer = factories.program_with("author")
        for program, by in ((here, author), (there, writer)):
            files.bring(program, by, tmp_path_factory.mktemp("ground"), GROUND, publish=True)
        return SimpleNamespace(here=here, author=author, there=there, writer=writer)


@pytest.fixture
def elsewhere(tmp_path_factory):
    """Two empty folders."""
    return tmp_path_factory.mktemp("from"), tmp_path_factory.mktemp("to")


@pytest.mark.parametrize("kind", BY_KIND)
@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_draft_goes_out_as_a_file_and_comes_in_elsewhere_unchanged(
    kind, data, two_programs, elsewhere, db
):
    with transaction.atomic():
        (document,) = files.documents(elsewhere[0], [data.draw(BY_KIND[kind])])
        known = Shelf(two_programs.here, [document])
        _, library = import_documents(two_programs.here, [document], by=two_programs.author)
        (version,) = library.shelf(kind).values()
        assert content_of(version) == canonical(document.content, known)

        (written,) = export([version], elsewhere[1])
        read = read_file(written)
        _, library = import_documents(two_programs.there, [read], by=two_programs.writer)
        (again,) = library.shelf(kind).values()

        assert content_hash(content_of(again)) == content_hash(content_of(version))
        assert as_yaml(again) == as_yaml(version)
        transaction.set_rollback(True)


def test_the_demo_content_goes_out_and_comes_in_elsewhere_unchanged(elsewhere, db):
    here, author, there, writer = (*factories.program_with("author"),
                                   *factories.program_with("author"))  # fmt: skip
    documents, _ = read_files(content_paths())
    import_documents(here, documents, by=author, publish=True)
    export(versions_of(here), elsewhere[1])

    read, _ = read_files([elsewhere[1]])
    import_documents(there, read, by=writer)

    before = [version.content_hash for version in versions_of(here)]
    assert len(before) == len(documents)
    assert [content_hash(content_of(version)) for version in versions_of(there)] == before
