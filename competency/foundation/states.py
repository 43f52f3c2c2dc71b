"""What a lifecycle is: a table from state to next states, each with its owners."""

from collections.abc import Iterator, Mapping
from enum import StrEnum


class Owner(StrEnum):
    """Who makes a transition: a person by role, or the workflow."""

    WORKFLOW = "workflow"
    TRAINEE = "trainee"
    REVIEWER = "reviewer"
    AUTHOR = "author"
    DIRECTOR = "director"
    CERTIFIER = "certifier"
    STAFF = "staff"


Transitions = Mapping[str, Mapping[str, frozenset[Owner]]]


def by(*owners: Owner) -> frozenset[Owner]:
    return frozenset(owners)


def pairs(transitions: Transitions) -> Iterator[tuple[str, str]]:
    """Every permitted (from, to), in the order of the table."""
    for origin, targets in transitions.items():
        for target in targets:
            yield str(origin), str(target)
