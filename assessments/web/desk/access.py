"""Who opens the pages of the desk."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest

reviews_blind = opens_to(requires(Permission.REVIEW_DO))


def done_already(request: UserRequest) -> HttpResponse:
    """To the queue: a message or a mail still leads to work that its reader has done since."""
    messages.info(request, _("You have done this already. What waits for you is listed here."))
    return redirect("reviews")
