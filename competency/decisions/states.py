"""The life of a decision, and what it can say."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class Outcome(models.TextChoices):
    COMPETENT = "competent", "Competent"
    NOT_YET = "not_yet", "Not yet competent"
    REFER = "refer", "Refer"


class Referral(models.TextChoices):
    """How a referred attempt goes on: more evidence first, then two fresh people."""

    MORE_REVIEW = "more_review", "One more blind review"
    RESERVE = "reserve", "A reserve vignette"
    PANEL = "panel", "Two fresh people"


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    RATIFIED = "ratified", "Ratified"
    RETURNED = "returned", "Returned"
    SUPERSEDED = "superseded", "Superseded"


DECISION: Transitions = {
    DecisionState.PROPOSED: {
        # The workflow alone puts a formative Standard's decision into effect; the database
        # refuses any other decision without a name under it.
        DecisionState.RATIFIED: by(Owner.CERTIFIER, Owner.WORKFLOW),
        DecisionState.RETURNED: by(Owner.CERTIFIER),
    },
    DecisionState.RATIFIED: {DecisionState.SUPERSEDED: by(Owner.CERTIFIER, Owner.WORKFLOW)},
    DecisionState.RETURNED: {},
    DecisionState.SUPERSEDED: {},
}
