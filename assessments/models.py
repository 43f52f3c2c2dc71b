"""The packages' models, gathered for Django."""

from assessments.attempts.models import (
    Answer,
    Attempt,
    LateAnswer,
    LateRuling,
    Pause,
    StageCommit,
    Submission,
)
from assessments.calibration.models import Licence
from assessments.desk.models import Comment, DeskChoice, ReviewDraft
from assessments.grading.models import Score
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.instruments.models import Assessment, Form, FormVignette, ReserveVignette
from assessments.practice.models import PracticeSitting
from assessments.referrals.models import Opinion
from assessments.retention.models import RetentionSweep
from assessments.reviews.models import (
    Adjudication,
    Citation,
    HarmObservation,
    Rating,
    Review,
    Settlement,
)
from assessments.sittings.models import Extension, Place, Sitting
from assessments.vignettes.models import (
    Item,
    ItemCriterion,
    Key,
    KeyEntry,
    Option,
    Panelist,
    PanelVote,
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
    "Comment",
    "DeskChoice",
    "Extension",
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
    "LateRuling",
    "Licence",
    "Opinion",
    "Option",
    "PanelVote",
    "Panelist",
    "Pause",
    "Place",
    "PracticeSitting",
    "Rating",
    "ReserveVignette",
    "RetentionSweep",
    "Review",
    "ReviewDraft",
    "Score",
    "Settlement",
    "Sitting",
    "Stage",
    "StageCommit",
    "Submission",
    "Vignette",
    "VignetteVersion",
]
