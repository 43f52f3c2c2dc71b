"""A referred attempt goes to fresh people: whole, blind, and judged once by each."""

from assessments.referrals.models import Opinion
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem


def test_an_opinion_is_formed_on_the_whole_attempt_and_given_once(
    api: SignIn, campus: Campus
) -> None:
    attempt = factories.reviewed(campus, 3, 3)
    seen = {review.reviewer_id for review in factories.reviews_of(attempt)}
    fresh = next(person for person in campus.supervisors if person.pk not in seen)
    opinion = Opinion.objects.create(attempt=attempt, round=1, judge=fresh, pseudonym="BCD-FGH")
    client, url = api(fresh), f"/api/v1/opinions/{opinion.pk}/"

    (row,) = done(client.get("/api/v1/opinions/"))["results"]
    assert row == {"id": str(opinion.pk), "pseudonym": "BCD-FGH", "given": False}
    shown = done(client.get(url))
    assert len(shown["submissions"]) == 1
    assert shown["submissions"][0]["stages"]
    assert factories.trainee_of(attempt).name not in str(shown)

    assert fields(problem(client.post(f"{url}give/", {}), 400)) == {"outcome", "reason"}
    said = {"outcome": "not_yet", "reason": "Leaves the client alone."}
    assert done(client.post(f"{url}give/", said))["outcome"] == "not_yet"
    problem(client.post(f"{url}give/", said), 409)
    other = next(person for person in campus.supervisors if person != fresh)
    problem(api(other).get(url), 404)
