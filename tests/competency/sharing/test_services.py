"""What others see of a certificate is for its holder to say, within bounds that are told."""

from typing import Any

import pytest

from competency.audit.models import AuditEvent
from competency.certificates import services as register
from competency.certificates.models import Certificate
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.sharing import services
from competency.sharing.models import Agreement, ShareLink
from tests import factories
from tests.factories import Campus


def test_one_agrees_to_what_there_is_alone(certificate: Certificate) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.agree(certificate, "everything", by=certificate.holder)
    assert refused.value.field == "agreement"
    assert services.agreed(certificate) == set()


@pytest.mark.parametrize(
    "act",
    [
        lambda row, by: services.agree(row, Agreement.DETAILS, by=by),
        lambda row, by: services.withdraw_consent(row, Agreement.LISTED, by=by),
        lambda row, by: services.make_link(row, by=by),
        lambda row, by: services.withdraw_link(row.share_links.get(), by=by),
        lambda row, by: services.wallet_ticket(row, by=by),
    ],
    ids=["agree", "take back", "link", "withdraw", "wallet"],
)
def test_nobody_shares_for_the_holder(act: Any, certificate: Certificate, campus: Campus) -> None:
    services.agree(certificate, Agreement.LISTED, by=certificate.holder)
    link = services.make_link(certificate, by=certificate.holder)
    before = AuditEvent.objects.count()
    for person in (campus.certifier, campus.director, factories.superuser()):
        with pytest.raises(NotAllowed, match="Only the holder"):
            act(certificate, person)
    assert services.agreed(certificate) == {Agreement.LISTED}
    assert list(ShareLink.objects.open()) == [link]
    assert AuditEvent.objects.count() == before


def test_there_is_nothing_to_share_before_it_is_issued(campus: Campus) -> None:
    awarded = factories.awarded(campus)
    with pytest.raises(DomainError, match="before it is issued"):
        services.make_link(awarded, by=awarded.holder)
    with pytest.raises(DomainError, match="no credential in force"):
        services.wallet_ticket(awarded, by=awarded.holder)
    assert not ShareLink.objects.exists()


def test_so_many_links_stand_at_a_time_and_one_withdrawn_makes_room(
    certificate: Certificate,
) -> None:
    holder = certificate.holder
    links = [services.make_link(certificate, by=holder) for _ in range(services.MOST_LINKS)]
    with pytest.raises(DomainError, match="Withdraw a link first"):
        services.make_link(certificate, by=holder)
    services.withdraw_link(links[0], by=holder)
    services.make_link(certificate, by=holder, note="In its place")
    assert ShareLink.objects.open().count() == services.MOST_LINKS


def test_a_wallet_gets_nothing_of_what_is_not_in_force(
    certificate: Certificate, campus: Campus
) -> None:
    ticket = services.wallet_ticket(certificate, by=certificate.holder)
    assert services.credential_for(ticket) == certificate.credentials.get()
    register.suspend(certificate, by=campus.certifier, reason="A complaint.")
    assert services.credential_for(ticket) is None
    with pytest.raises(DomainError, match="no credential in force"):
        services.wallet_ticket(certificate, by=certificate.holder)
