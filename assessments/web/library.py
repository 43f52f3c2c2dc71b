"""Everything published, and the drafts of those who write: one list of every kind."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet, Value
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from assessments.instruments.models import Assessment
from assessments.vignettes.models import Key, VignetteVersion
from competency.accounts.models import User
from competency.decisions.models import StandardVersion
from competency.frameworks.models import FrameworkVersion, RubricVersion, ScopeProfileVersion
from competency.frameworks.states import VersionState
from competency.frameworks.versions import Version
from competency.programs.models import Program
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.paging import ListPage, page_of

# What each kind is called, where its title, its code and its owner stand, and whose page shows it.
KINDS: dict[str, tuple[Any, type[Version], str, str, str, str]] = {
    "assessment": (_("Assessment"), Assessment, "title", "code", "program", "pk"),
    "vignette": (
        _("Vignette"),
        VignetteVersion,
        "vignette__title",
        "vignette__code",
        "vignette__owner",
        "pk",
    ),
    "key": (
        _("Key"),
        Key,
        "vignette_version__vignette__title",
        "scope_profile_version__profile__code",
        "vignette_version__vignette__owner",
        "vignette_version_id",
    ),
    "rubric": (_("Rubric"), RubricVersion, "rubric__title", "rubric__code", "rubric__owner", "pk"),
    "framework": (
        _("Framework"),
        FrameworkVersion,
        "framework__title",
        "framework__code",
        "framework__owner",
        "pk",
    ),
    "standard": (
        _("Standard"),
        StandardVersion,
        "standard__title",
        "standard__code",
        "standard__owner",
        "pk",
    ),
    "scope-profile": (
        _("Scope profile"),
        ScopeProfileVersion,
        "profile__title",
        "profile__code",
        "profile__owner",
        "pk",
    ),
}
PAGES = {"key": "vignette"}
COLUMNS = (
    "pk",
    "target",
    "kind",
    "shown_title",
    "shown_code",
    "number",
    "state",
    "published_at",
    "owner",
)


def library_rows(
    person: User, states: Sequence[str], kind: str = "", *, owner: Program | None = None
) -> QuerySet[Any, Any]:
    """Rows of every kind in these states, newest first, as one query."""
    wanted = [kind] if kind in KINDS else list(KINDS)
    first, *others = [_rows_of(name, person, states, owner) for name in wanted]
    return first.union(*others, all=True).order_by("-published_at", "kind", "shown_code", "-number")


def _rows_of(
    kind: str, person: User, states: Sequence[str], owned_by: Program | None
) -> QuerySet[Any, Any]:
    _label, model, title, code, owner, target = KINDS[kind]
    rows = model._default_manager.visible_to(person).filter(state__in=states)
    if owned_by is not None:
        rows = rows.filter(**{owner: owned_by})
    named = rows.annotate(
        kind=Value(kind),
        target=F(target),
        shown_title=F(title),
        shown_code=F(code),
        owner=F(f"{owner}__name"),
    )
    found: QuerySet[Any, Any] = named.values(*COLUMNS)
    return found


def library_page(request: UserRequest, rows: QuerySet[Any, Any], **options: Any) -> ListPage:
    """A page of rows, each with the words for its kind and the page that shows it."""
    page = page_of(request, rows, **options)
    for row in page:
        row["kind_words"] = KINDS[row["kind"]][0]
        row["page"] = PAGES.get(row["kind"], row["kind"])
    return page


@opens_to(requires(Permission.CONTENT_VIEW))
@require_safe
def content(request: UserRequest) -> HttpResponse:
    """The library, by kind. Filters live in the URL."""
    kind = request.GET.get("kind", "")
    rows = library_rows(request.user, VersionState.values, kind)
    context = {
        "page": library_page(request, rows),
        "kinds": [(name, label) for name, (label, *_rest) in KINDS.items()],
        "kind": kind if kind in KINDS else "",
    }
    return render(request, "assessments/content/content.html", context)
