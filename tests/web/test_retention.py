"""How long things are kept: a page for everybody, and the same as data."""

from assessments.retention import runs
from assessments.retention.rules import RULES, SWEPT
from competency.notifications.models import Notification
from tests import factories


def test_whoever_has_signed_in_reads_the_rules_and_what_was_deleted(campus, client, settings):
    client.force_login(factories.person())
    assert "None has ended yet." in client.get("/my-data/how-long").text
    Notification.objects.all().delete()
    factories.assigned(campus)
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"NOTIFICATION_DAYS": -1}
    runs.sweep()
    page = client.get("/my-data/how-long").text
    assert "The last sweep deleted 1." in page
    assert ">180 days<" in page
    for rule in RULES:
        assert rule.what in page


def test_the_same_as_data(campus, client, settings):
    client.force_login(factories.person())
    told = client.get("/api/v1/retention/").json()
    assert told["last_sweep"] is None
    by_code = {rule["code"]: rule for rule in told["rules"]}
    assert list(by_code) == [rule.code for rule in RULES]
    assert {code for code, rule in by_code.items() if rule["days"] is not None} == {
        rule.code for rule in SWEPT
    }
    assert by_code["reports"]["ends"] == "kept"
    runs.sweep()
    assert client.get("/api/v1/retention/").json()["last_sweep"]["deleted"] == {}
