"""Item kinds and what the other packages need of them."""

from assessments.vignettes.kinds import KINDS
from assessments.vignettes.kinds.base import (
    Ballot,
    ItemKind,
    ItemShape,
    Key,
    Keyed,
    Response,
    ResponseError,
)
from assessments.vignettes.kinds.branch import Branch, score_path
from assessments.vignettes.kinds.free_text import FreeText
from assessments.vignettes.kinds.most_least import MostLeast
from assessments.vignettes.kinds.sjt_rating import SjtRating, score_sjt_rating

__all__ = [
    "KINDS",
    "Ballot",
    "Branch",
    "FreeText",
    "ItemKind",
    "ItemShape",
    "Key",
    "Keyed",
    "MostLeast",
    "Response",
    "ResponseError",
    "SjtRating",
    "score_path",
    "score_sjt_rating",
]
