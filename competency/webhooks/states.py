"""The life of a delivery: an event on its way to one endpoint."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from competency.foundation.states import Owner, Transitions, by


class DeliveryState(models.TextChoices):
    DUE = "due", _("Due")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("To be tried again")
    GIVEN_UP = "given_up", _("Given up")


WAITING = (DeliveryState.DUE, DeliveryState.FAILED)

DELIVERY: Transitions = {
    DeliveryState.DUE: {
        DeliveryState.DELIVERED: by(Owner.WORKFLOW),
        DeliveryState.FAILED: by(Owner.WORKFLOW),
        DeliveryState.GIVEN_UP: by(Owner.WORKFLOW),
    },
    DeliveryState.FAILED: {
        DeliveryState.DELIVERED: by(Owner.WORKFLOW),
        DeliveryState.GIVEN_UP: by(Owner.WORKFLOW),
        DeliveryState.DUE: by(Owner.DIRECTOR),
    },
    DeliveryState.GIVEN_UP: {DeliveryState.DUE: by(Owner.DIRECTOR)},
    DeliveryState.DELIVERED: {DeliveryState.DUE: by(Owner.DIRECTOR)},
}
