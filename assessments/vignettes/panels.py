"""Compute a key from the votes of named experts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from assessments.vignettes.contents import stages_of
from assessments.vignettes.items import Ballot
from assessments.vignettes.models import Item, Key, KeyEntry, Panelist, PanelVote
from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput
from competency.foundation.text import require_line, take_content, take_line
from competency.frameworks.rules import repeated
from competency.frameworks.states import VersionState
from competency.programs.policies import check_permission
from competency.programs.roles import Permission

FEWEST, MOST = 10, 15  # panelists; reliability .70 at 10 and .74 at 20 (Gagnon et al. 2005)


@transaction.atomic
def record_panel(key: Key, panelists: Sequence[Mapping[str, Any]], *, by: User) -> None:
    """Write down who votes what on a draft key.

    Each panelist is {name, credentials, votes: {item: {option: value}}}. Raises InvalidInput for
    an unknown item or option, a vote left out, or somebody named twice.
    """
    check_permission(by, Permission.CONTENT_WRITE, key.program_id)
    if key.state != VersionState.DRAFT:
        raise DomainError("The votes behind a published key never change.")
    if not FEWEST <= len(panelists) <= MOST:
        raise InvalidInput({"panelists": f"A panel has {FEWEST} to {MOST} people."})
    panelists = take_content({"panelists": panelists})["panelists"]
    if twice := repeated(content["name"] for content in panelists):
        raise InvalidInput({"panelists": f"{twice[0]} is named twice."})
    if key.panelists.exists():
        raise DomainError("A panel has voted on this key already.")
    items = _items(key)
    for position, content in enumerate(panelists, start=1):
        panelist = Panelist.objects.create(
            key=key,
            name=require_line(f"panelists.{position}.name", content["name"], "Name each expert."),
            credentials=take_line(f"panelists.{position}.credentials", content["credentials"]),
            position=position,
        )
        for code, votes in content["votes"].items():
            _record_votes(panelist, code, votes, items)
    record("key.panel_recorded", key, by=by, panelists=len(panelists))


def _record_votes(
    panelist: Panelist, code: str, votes: Mapping[str, float], items: Mapping[str, Item]
) -> None:
    at = f"{panelist.name}.{code}"
    if code not in items:
        raise InvalidInput({at: f"There is no keyed item “{code}”."})
    options = {option.code: option for option in items[code].options.all()}
    for option in votes:
        if option not in options:
            raise InvalidInput({f"{at}.{option}": f"Item {code} has no option “{option}”."})
    if left_out := set(options) - set(votes):
        raise InvalidInput({f"{at}.{min(left_out)}": "Every option needs a vote."})
    PanelVote.objects.bulk_create(
        PanelVote(panelist=panelist, option=options[option], value=Decimal(str(value)))
        for option, value in votes.items()
    )


@transaction.atomic
def compute_panel_key(key: Key, *, by: User) -> dict[str, dict[str, float]]:
    """Set the values of a draft key from its panel's votes; reasons and critical marks stay.

    Returns the computed values: item → option → value. Items nobody voted on keep theirs.
    """
    check_permission(by, Permission.CONTENT_WRITE, key.program_id)
    if key.state != VersionState.DRAFT:
        raise DomainError("A published key never changes.")
    computed = {}
    for code, item in _items(key).items():
        if ballots := _ballots(key, item):
            computed[code] = item.rules.panel_key(item.shape(), ballots)
            for option in item.options.all():
                value = Decimal(str(computed[code][option.code]))
                KeyEntry.objects.update_or_create(key=key, option=option, defaults={"value": value})
    record("key.computed", key, by=by, items=sorted(computed))
    return computed


def _items(key: Key) -> dict[str, Item]:
    return {
        item.code: item
        for stage in stages_of(key.vignette_version)
        for item in stage.items.all()
        if item.rules.keyed
    }


def _ballots(key: Key, item: Item) -> list[Ballot]:
    ballots: dict[Any, dict[str, float]] = {}
    votes = PanelVote.objects.filter(panelist__key=key, option__item=item)
    for vote in votes.select_related("option"):
        ballots.setdefault(vote.panelist_id, {})[vote.option.code] = float(vote.value)
    return list(ballots.values())
