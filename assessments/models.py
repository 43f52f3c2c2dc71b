"""The packages' models, gathered for Django."""

from assessments.attempts.models import (
    Answer,
    Attempt,
    LateAnswer,
    StageCommit,
    Submission,
)
from assessments.calibration.models import Licence
from assessments.grading.models import Score
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.instruments.models import Assessment, Form, FormVignette
from assessments.reviews.models import (
    Adjudication,
    Citation,
    HarmObservation,
    Rating,
    Review,
    Settlement,
)
from assessments.vignettes.models import (
    Item,
    ItemCriterion,
    Key,
    KeyEntry,
    Option,
    Stage,
    Vignette,
    VignetteVersion,
)

__all__ = [
    "Adjudication",
    "Answer",
    "Assessment",
    "Attempt",
    "Citation",
    "Form",
    "FormVignette",
    "HarmFlag",
    "HarmJudgement",
    "HarmObservation",
    "Item",
    "ItemCriterion",
    "Key",
    "KeyEntry",
    "LateAnswer",
    "Licence",
    "Option",
    "Rating",
    "Review",
    "Score",
    "Settlement",
    "Stage",
    "StageCommit",
    "Submission",
    "Vignette",
    "VignetteVersion",
]
