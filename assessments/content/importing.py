"""Bring content files into a program: all or none, in order of dependence."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from assessments.content.documents import ContentError, Document
from assessments.content.kinds import KINDS, content_name, content_of, kind_of
from assessments.content.places import locate
from assessments.content.planning import Act, Plan, Step, plan_import
from assessments.content.reading import read_files
from assessments.content.shelves import Shelf
from assessments.instruments.models import Assessment, FormVignette, ReserveVignette
from assessments.vignettes.models import Key, VignetteVersion
from competency.accounts.models import User
from competency.audit.services import record
from competency.decisions.models import StandardVersion
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.frameworks.versions import Version
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission


@dataclass
class Library:
    """The versions that files stand for, by the reference that files use ("V1/1")."""

    framework: dict[str, FrameworkVersion] = field(default_factory=dict)
    rubric: dict[str, RubricVersion] = field(default_factory=dict)
    scope_profile: dict[str, ScopeProfileVersion] = field(default_factory=dict)
    vignette: dict[str, VignetteVersion] = field(default_factory=dict)
    key: dict[str, Key] = field(default_factory=dict)
    standard: dict[str, StandardVersion] = field(default_factory=dict)
    assessment: dict[str, Assessment] = field(default_factory=dict)

    def shelf(self, kind: str) -> dict[str, Any]:
        shelf: dict[str, Any] = getattr(self, kind)
        return shelf


def import_and_publish(program: Program, paths: Iterable[Path], *, by: User) -> Library:
    """Import and publish every file, or none. Raises ContentError naming all that is wrong."""
    documents, _ = read_files(list(paths))
    _, library = import_documents(program, documents, by=by, publish=True)
    return library


@transaction.atomic
def import_documents(
    program: Program,
    documents: list[Document],
    *,
    by: User,
    publish: bool = False,
    dry_run: bool = False,
) -> tuple[Plan, Library]:
    """Draft, and perhaps publish, what the files say; what stands there already stays.

    A dry run does everything and takes it back. Raises ContentError naming all that is wrong,
    NotAllowed without the permission.
    """
    check_permission(by, Permission.CONTENT_WRITE, program.pk)
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)  # one import at a time
    plan = plan_import(shelf := Shelf(program, documents), documents, publish=publish)
    for step in reversed(plan.steps):
        if step.act == Act.REPLACE:
            _discard(step, by)
    library = Library()
    for step in plan.steps:
        with _placed(step.document):
            _take(step, shelf, library, by=by, publish=publish)
    if dry_run:
        transaction.set_rollback(True)
    return plan, library


def _discard(step: Step, by: User) -> None:
    """Make room for a draft that is written anew."""
    draft: Any = step.standing
    record(f"{step.kind}.draft_replaced", draft, by=by)
    try:
        draft.delete()
    except ProtectedError as error:
        holders = ", ".join(sorted(set(_holders(error))))
        message = f"This draft cannot be replaced alone: {holders} stands on it."
        raise ContentError([step.document.problem((), message)]) from error


def _holders(error: ProtectedError) -> Iterator[str]:
    """The versions that keep a draft from being deleted."""
    for row in error.protected_objects:
        if isinstance(row, FormVignette):
            row = row.form.assessment
        elif isinstance(row, ReserveVignette):
            row = row.assessment
        if isinstance(row, Version):
            yield f"{kind_of(row).replace('_', ' ')} {content_name(row)}"


def _take(step: Step, shelf: Shelf, library: Library, *, by: User, publish: bool) -> None:
    kind = KINDS[step.kind]
    version: Any = step.standing

    def find(wanted: str, reference: str) -> Any:
        return library.shelf(wanted).get(reference) or shelf.ground(wanted, reference)

    if step.act in (Act.CREATE, Act.REPLACE):
        version = kind.draft(shelf.program, step.content, find, by)
        if content_hash(content_of(version)) != content_hash(step.content):
            raise DomainError("What was stored is not what the file says.")
    if publish and step.act != Act.LEAVE:
        kind.publish(version, by=by)
    library.shelf(step.kind)[step.reference] = version


@contextmanager
def _placed(document: Document) -> Iterator[None]:
    """What the domain refuses is said with the place in the file where that can be known."""
    try:
        yield
    except NotAllowed:
        raise
    except InvalidInput as error:
        problems = [
            document.problem(locate(document.content, field) or (field,), message)
            for field, message in error.problems.items()
        ]
        raise ContentError(problems) from error
    except DomainError as error:
        raise ContentError([document.problem((), error.message)]) from error
