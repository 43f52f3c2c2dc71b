"""The life of an attempt, and the marking of each of its submissions."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class AttemptState(models.TextChoices):
    ASSIGNED = "assigned", "Assigned"
    IN_PROGRESS = "in_progress", "In progress"
    HANDED_IN = "handed_in", "Handed in"
    MARKED = "marked", "Marked"
    DECIDED = "decided", "Decided"
    LAPSED = "lapsed", "Lapsed"
    VOID = "void", "Void"


A = AttemptState
UNSAT = (A.LAPSED.value, A.VOID.value)  # nothing came of these
ATTEMPT: Transitions = {
    A.ASSIGNED: {
        A.IN_PROGRESS: by(Owner.TRAINEE),
        A.LAPSED: by(Owner.WORKFLOW),
        A.VOID: by(Owner.DIRECTOR),
    },
    A.IN_PROGRESS: {
        A.HANDED_IN: by(Owner.TRAINEE, Owner.WORKFLOW),  # the workflow, when the clock runs out
        A.VOID: by(Owner.DIRECTOR),
    },
    A.HANDED_IN: {A.MARKED: by(Owner.WORKFLOW)},
    A.MARKED: {
        A.DECIDED: by(Owner.WORKFLOW),
        A.HANDED_IN: by(Owner.WORKFLOW),  # a new round
    },
    A.DECIDED: {
        A.HANDED_IN: by(Owner.WORKFLOW),  # a new round: referral, granted appeal
        A.IN_PROGRESS: by(Owner.WORKFLOW),  # a reserve vignette to sit
    },
    A.LAPSED: {},
    A.VOID: {},
}


class Marking(models.TextChoices):
    DRAFTING = "drafting", "Drafting"
    RECEIVED = "received", "Received"
    SCORED = "scored", "Scored"
    UNDER_REVIEW = "under_review", "Under review"
    AWAITING_REVIEWER = "awaiting", "Awaiting reviewer"
    ADJUDICATING = "adjudicating", "Adjudicating"
    MARKED = "marked", "Marked"


M = Marking
SUBMISSION: Transitions = {
    M.DRAFTING: {M.RECEIVED: by(Owner.TRAINEE, Owner.WORKFLOW)},
    M.RECEIVED: {M.SCORED: by(Owner.WORKFLOW)},
    M.SCORED: {
        M.UNDER_REVIEW: by(Owner.WORKFLOW),
        M.AWAITING_REVIEWER: by(Owner.WORKFLOW),
    },
    M.UNDER_REVIEW: {
        M.AWAITING_REVIEWER: by(Owner.WORKFLOW),
        M.ADJUDICATING: by(Owner.WORKFLOW),
        M.MARKED: by(Owner.WORKFLOW),
    },
    M.AWAITING_REVIEWER: {M.UNDER_REVIEW: by(Owner.WORKFLOW)},
    M.ADJUDICATING: {M.MARKED: by(Owner.WORKFLOW)},
    M.MARKED: {M.UNDER_REVIEW: by(Owner.WORKFLOW)},
}
