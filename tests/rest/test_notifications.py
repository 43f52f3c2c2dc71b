"""One’s own notifications, and nobody else’s."""

from competency.notifications.kinds import Kind
from competency.notifications.models import Notification
from tests import factories
from tests.rest.conftest import SignIn, done, problem


def test_one_lists_and_reads_ones_own(api: SignIn, db: None) -> None:
    ada = factories.person()
    mine = Notification.objects.create(
        person=ada, kind=Kind.REVIEW_ASSIGNED, subject_id=ada.pk, shown=True, mail=False
    )
    other = Notification.objects.create(
        person=factories.person(),
        kind=Kind.REVIEW_ASSIGNED,
        subject_id=ada.pk,
        shown=True,
        mail=False,
    )
    client, url = api(ada), "/api/v1/notifications/"
    (row,) = done(client.get(url, {"unread": "true"}))["results"]
    assert (row["id"], row["kind"], row["read_at"]) == (str(mine.pk), "review.assigned", None)
    assert done(client.post(f"{url}{mine.pk}/read/"))["read_at"]
    assert done(client.get(url, {"unread": "true"}))["results"] == []
    problem(client.post(f"{url}{other.pk}/read/"), 404)


def test_one_turns_kinds_off_and_on(api: SignIn, db: None) -> None:
    client, url = api(factories.person()), "/api/v1/notification-choices/"
    off = [{"kind": "review.assigned", "channel": "mail"}]
    assert done(client.put(url, {"off": off})) == {"off": off}
    assert done(client.get(url)) == {"off": off}
    assert done(client.put(url, {"off": []})) == {"off": []}
    problem(client.put(url, {"off": [{"kind": "gossip", "channel": "mail"}]}), 400)
