"""A vignette and its keys as plain data: what is hashed, exported and compared."""

from typing import Any

from django.db.models import Prefetch

from assessments.vignettes.models import Item, Key, Panelist, PanelVote, Stage, VignetteVersion
from assessments.vignettes.rules import StageShape, Story
from competency.decisions.contents import plain
from competency.frameworks.kept import of_published

AS_TOLD = ("option__item__stage__position", "option__item__position", "option__position")


def stages_of(version: VignetteVersion) -> list[Stage]:
    """Stages with items, options and mappings, in a constant number of queries."""
    return list(
        version.stages.select_related("next").prefetch_related(
            "items__options__leads_to", "items__criteria"
        )
    )


@of_published
def items_of(version: VignetteVersion) -> dict[str, Item]:
    """Every item with its options, by its code."""
    return {item.code: item for stage in stages_of(version) for item in stage.items.all()}


def story_of(stages: list[Stage]) -> Story:
    """The shape of the story, for the rules."""
    return {
        stage.code: StageShape(
            code=stage.code,
            next=stage.next.code if stage.next else None,
            branches={
                item.code: {
                    option.code: option.leads_to.code
                    for option in item.options.all()
                    if option.leads_to
                }
                for item in stage.items.all()
                if item.rules.branching
            },
        )
        for stage in stages
    }


def vignette_content(version: VignetteVersion) -> dict[str, Any]:
    return {
        "kind": "vignette",
        "code": version.vignette.code,
        "title": version.vignette.title,
        "version": version.number,
        "rubric": str(version.rubric_version),
        "minutes": version.minutes,
        "summary": version.summary,
        "content_note": version.content_note,
        "stages": [_stage_content(stage) for stage in stages_of(version)],
    }


def _stage_content(stage: Stage) -> dict[str, Any]:
    return {
        "code": stage.code,
        "title": stage.title,
        "narrative": stage.narrative,
        "known": stage.known,
        "next": stage.next.code if stage.next else None,
        "items": [_item_content(item) for item in stage.items.all()],
    }


def _item_content(item: Item) -> dict[str, Any]:
    content: dict[str, Any] = {
        "code": item.code,
        "kind": item.kind,
        "prompt": item.prompt,
        "weight": plain(item.weight),
        **item.settings,
    }
    if options := [_option_content(option) for option in item.options.all()]:
        content["options"] = options
    if criteria := sorted(criterion.code for criterion in item.criteria.all()):
        content["criteria"] = criteria
    if item.model_response:
        content["model_response"] = item.model_response
    return content


def _option_content(option: Any) -> dict[str, str]:
    content = {"code": option.code, "text": option.text}
    return content | ({"leads_to": option.leads_to.code} if option.leads_to else {})


def key_content(key: Key) -> dict[str, Any]:
    items: dict[str, dict[str, Any]] = {}
    entries = key.entries.select_related("option__item").order_by(*AS_TOLD)
    votes = PanelVote.objects.select_related("option__item").order_by(*AS_TOLD)
    panel = key.panelists.prefetch_related(Prefetch("votes", votes))
    for entry in entries:
        items.setdefault(entry.option.item.code, {})[entry.option.code] = {
            "value": plain(entry.value),
            "critical": entry.critical,
            "why": entry.why,
        }
    return {
        "kind": "key",
        "vignette": str(key.vignette_version),
        "scope_profile": str(key.scope_profile_version),
        "version": key.number,
        "status_note": key.status_note,
        "items": items,
        "panel": [_panelist_content(panelist) for panelist in panel],
    }


def _panelist_content(panelist: Panelist) -> dict[str, Any]:
    votes: dict[str, dict[str, str]] = {}
    for vote in panelist.votes.all():
        votes.setdefault(vote.option.item.code, {})[vote.option.code] = plain(vote.value)
    return {"name": panelist.name, "credentials": panelist.credentials, "votes": votes}
