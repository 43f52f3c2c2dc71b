"""The life of a decision, and what it can say."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class Outcome(models.TextChoices):
    COMPETENT = "competent", "Competent"
    NOT_YET = "not_yet", "Not yet competent"
    REFER = "refer", "Refer"


class DecisionState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    RATIFIED = "ratified", "Ratified"
    RETURNED = "returned", "Returned"
    SUPERSEDED = "superseded", "Superseded"


DECISION: Transitions = {
    DecisionState.PROPOSED: {
        DecisionState.RATIFIED: by(Owner.CERTIFIER),
        DecisionState.RETURNED: by(Owner.CERTIFIER),
    },
    DecisionState.RATIFIED: {DecisionState.SUPERSEDED: by(Owner.DIRECTOR, Owner.WORKFLOW)},
    DecisionState.RETURNED: {},
    DecisionState.SUPERSEDED: {},
}
