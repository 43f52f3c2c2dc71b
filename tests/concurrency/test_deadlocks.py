"""Two acts that each hold what the other needs: nobody is shown a deadlock."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from competency.accounts.models import User
from competency.foundation.deadlocks import TRIES, is_deadlock
from competency.foundation.errors import DomainError
from competency.rest.errors import problem_of
from competency.web.middleware import OnceMore
from tests import factories
from tests.concurrency.rivals import PATIENCE, Rival, errors

pytestmark = pytest.mark.django_db(transaction=True)


def crossing(first: User, second: User, both: Barrier) -> Callable[[HttpRequest], HttpResponse]:
    """An act that takes two rows one after the other; at first it waits for its rival between."""
    waits = [both]

    @transaction.atomic
    def act(request: HttpRequest) -> HttpResponse:
        User.objects.select_for_update().get(pk=first.pk)
        if waits:
            waits.pop().wait(PATIENCE)
        User.objects.select_for_update().get(pk=second.pk)
        return HttpResponse("done")

    return act


def as_page(act: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """As the site calls it: what a page raises goes to the middleware."""
    request = RequestFactory().post("/")
    request.resolver_match = ResolverMatch(act, (), {})
    try:
        return act(request)
    except Exception as error:
        answer = OnceMore(as_page).process_exception(request, error)  # type: ignore[arg-type]
        if answer is None:
            raise
        return answer


def meet(call: Callable[[Any], Any]) -> list[Rival]:
    """Two acts that take the same rows in opposite order, each holding one when both begin."""
    one, other = factories.person(), factories.person()
    both = Barrier(2)
    acts = [crossing(one, other, both), crossing(other, one, both)]
    rivals = [Rival(lambda act=act: call(act)) for act in acts]  # type: ignore[misc]
    for rival in rivals:
        rival.thread.join(PATIENCE)
        assert not rival.thread.is_alive()
    return rivals


def test_of_two_pages_in_a_deadlock_both_get_their_answer() -> None:
    rivals = meet(as_page)
    assert errors(rivals) == []
    assert [rival.result.content for rival in rivals] == [b"done", b"done"]


def test_a_client_of_the_interface_is_told_to_ask_again() -> None:
    (error,) = errors(meet(lambda act: act(RequestFactory().post("/"))))
    assert is_deadlock(error)
    problem = problem_of(error)
    assert (problem.status, problem.code) == (503, "busy")
    assert problem.headers == {"Retry-After": "1"}


def deadlock() -> OperationalError:
    (error,) = errors(meet(lambda act: act(RequestFactory().post("/"))))
    assert isinstance(error, OperationalError)
    return error


def test_what_goes_on_failing_ends_in_words() -> None:
    error, tried = deadlock(), []

    def act(request: HttpRequest) -> HttpResponse:
        tried.append(1)
        raise error

    answer = as_page(act)
    assert answer.status_code == 409
    assert b"please do it again" in answer.content
    assert len(tried) == 1 + TRIES


def test_a_refusal_at_the_second_try_is_told() -> None:
    raised: list[Exception] = [DomainError("Somebody was quicker."), deadlock()]

    def act(request: HttpRequest) -> HttpResponse:
        raise raised.pop()

    answer = as_page(act)
    assert answer.status_code == 409
    assert b"Somebody was quicker." in answer.content


@pytest.mark.parametrize("error", [OperationalError("the server is away"), ValueError("no")])
def test_any_other_failure_stays_what_it_is(error: Exception) -> None:
    def act(request: HttpRequest) -> HttpResponse:
        raise error

    with pytest.raises(type(error)):
        as_page(act)
    assert problem_of(error).status == 500
