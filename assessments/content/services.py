"""What changed between two versions, as data."""

from assessments.content.kinds import content_of, kind_of
from competency.foundation.changes import Change, changes
from competency.foundation.errors import InvalidInput
from competency.frameworks.versions import Version


def version_changes(old: Version, new: Version) -> list[Change]:
    """Every difference between two versions of one kind, except their number, in order.

    Raises InvalidInput for versions of two kinds.
    """
    if kind_of(old) != kind_of(new):
        raise InvalidInput({"kind": f"A {kind_of(old)} and a {kind_of(new)} have no changes."})
    found = changes(content_of(old), content_of(new))
    return [change for change in found if change.path != "version"]
