"""Where references lead: first to the files at hand, then to what a program has or may use."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from assessments.content.documents import Document
from assessments.content.kinds import KINDS, content_of
from assessments.vignettes.models import Key
from competency.frameworks.states import VersionState
from competency.frameworks.versions import Version
from competency.programs.models import Program

FROZEN = (VersionState.PUBLISHED, VersionState.RETIRED)


class Files:
    """The files alone: what is not among them is unknown."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents: dict[tuple[str, str], Document] = {}
        for document in documents:
            self.documents.setdefault((document.kind, document.reference), document)

    def content(self, kind: str, reference: str) -> Mapping[str, Any] | None:
        document = self.documents.get((kind, reference))
        return document.content if document else None

    def key_numbers(self, vignette: str, scope_profile: str) -> Collection[int] | None:
        about = f"{vignette}:{scope_profile}/"
        found = [
            int(name.removeprefix(about))
            for kind, name in self.documents
            if kind == "key" and name.startswith(about)
        ]
        return found or None

    def newest_key(self, vignette: str, scope_profile: str) -> int | None:
        return max(self.key_numbers(vignette, scope_profile) or (), default=None)

    def why_unknown(self, kind: str, reference: str) -> str:
        what = kind.replace("_", " ")
        return f"The {what} {reference} is not among these files; what rests on it is unchecked."


class Shelf(Files):
    """The files and, behind them, a program's own content and what other programs share."""

    def __init__(self, program: Program, documents: Iterable[Document] = ()) -> None:
        super().__init__(documents)
        self.program = program
        self.read: dict[tuple[str, str], Mapping[str, Any]] = {}

    def content(self, kind: str, reference: str) -> Mapping[str, Any] | None:
        at = (kind, reference)
        if (found := super().content(kind, reference)) is not None:
            return found
        if at not in self.read and (version := self.ground(kind, reference)):
            self.read[at] = content_of(version)
        return self.read.get(at)

    def key_numbers(self, vignette: str, scope_profile: str) -> Collection[int]:
        numbers = set(super().key_numbers(vignette, scope_profile) or ())
        keys = self._keys(vignette, scope_profile).filter(state__in=FROZEN)
        return numbers | set(keys.values_list("number", flat=True))

    def newest_key(self, vignette: str, scope_profile: str) -> int | None:
        numbers = set(super().key_numbers(vignette, scope_profile) or ())
        keys = self._keys(vignette, scope_profile).filter(state=VersionState.PUBLISHED)
        return max(numbers | set(keys.values_list("number", flat=True)), default=None)

    def why_unknown(self, kind: str, reference: str) -> str:
        what = f"{kind.replace('_', ' ')} {reference}"
        if len(self._shared(kind, reference)) > 1:
            return f"Several programs share a {what}."
        standing = self.own(kind, reference)
        if standing and standing.state == VersionState.DRAFT:
            return f"The {what} is a draft: publish it first, or import it with this file."
        return f"There is no {what} that is published and may be used here."

    def own(self, kind: str, reference: str) -> Version | None:
        """The version of this reference that the program has, in any state."""
        name, number = reference.rsplit("/", 1)
        found: Version | None = self._versions(kind, name).filter(number=number).first()
        return found

    def before(self, kind: str, reference: str) -> Version | None:
        """The newest version with a lower number."""
        name, number = reference.rsplit("/", 1)
        lower: Any = self._versions(kind, name).filter(number__lt=number).order_by("-number")
        found: Version | None = lower.first()
        return found

    def ground(self, kind: str, reference: str) -> Version | None:
        """The frozen version meant: the program's own, or the only one that others share.

        It may be retired: what stands on it already may be read again, nothing new may.
        """
        own = self.own(kind, reference)
        if own and own.state in FROZEN:
            return own
        shared = self._shared(kind, reference)
        return shared[0] if len(shared) == 1 else None

    def _versions(self, kind: str, name: str) -> QuerySet[Any]:
        if kind == "key":
            return self._keys(*name.split(":"))
        model, parent = KINDS[kind].model, KINDS[kind].parent
        code = f"{parent}__code" if parent else "code"
        rows: QuerySet[Any] = model._default_manager.filter(**{code: name})
        return rows.filter(**{model.owner_path: self.program})

    def _shared(self, kind: str, reference: str) -> list[Version]:
        model, parent = KINDS[kind].model, KINDS[kind].parent
        code, number = reference.rsplit("/", 1)
        rows: QuerySet[Any] = model._default_manager.filter(
            **{f"{parent}__code": code, model.shared_path: True}, number=number
        )
        return list(rows.filter(state__in=FROZEN)[:2])

    def _keys(self, vignette: str, profile: str) -> QuerySet[Key]:
        case: Any = self._row("vignette", vignette)
        scope: Any = self._row("scope_profile", profile)
        if not (case and scope):
            return Key.objects.none()
        rows: QuerySet[Key] = Key.objects.filter(vignette_version=case)
        return rows.filter(scope_profile_version=scope)

    def _row(self, kind: str, reference: str) -> Version | None:
        if (kind, reference) in self.documents:
            return self.own(kind, reference)
        return self.ground(kind, reference)
