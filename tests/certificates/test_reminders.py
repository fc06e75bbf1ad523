"""Producers know in time that a star ends, and everybody at once that it was taken back."""

from datetime import date, timedelta

import pytest

from catalogue.models import TouchedProduct
from marketplace.certificates.actions import WrongRevocation, remind, revoke
from marketplace.certificates.models import Certificate
from marketplace.certificates.queries import badges
from marketplace.notices.actions import deliver
from marketplace.notices.models import Delivery, Notice
from tests import make, people

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


def ending_in(days: int) -> Certificate:
    product = make.product(stars=None)
    certificate = make.certificate(product, decided_on=TODAY - timedelta(days=900))
    certificate.expires_on = TODAY + timedelta(days=days)
    certificate.save(update_fields=["expires_on"])
    return certificate


def told() -> list[int]:
    """The days of each reminder so far."""
    return [notice.facts["days"] for notice in Notice.objects.filter(kind="certificate_expiring").order_by("pk")]


def test_each_step_is_told_once() -> None:
    ending_in(200)
    for day in range(0, 205, 5):
        remind(on=TODAY + timedelta(days=day))
        remind(on=TODAY + timedelta(days=day))
    assert told() == [180, 90, 30]


def test_a_late_beginning_tells_only_the_step_that_counts() -> None:
    ending_in(60)
    remind(on=TODAY)
    assert told() == [60]


@pytest.mark.parametrize("days", [181, -1])
def test_far_away_or_over_is_no_reminder(days: int) -> None:
    ending_in(days)
    remind(on=TODAY)
    assert told() == []


def test_what_is_renewed_already_needs_no_reminder() -> None:
    certificate = ending_in(30)
    make.certificate(certificate.product, decided_on=TODAY - timedelta(days=2))
    remind(on=TODAY)
    assert told() == []


def test_a_reminder_speaks_to_the_producer(mailoutbox: list) -> None:
    certificate = ending_in(30)
    remind(on=TODAY)
    deliver(delivery_id=Delivery.objects.get().pk, at=Delivery.objects.get().next_try_at)
    letter = mailoutbox[0]
    assert letter.to == [people.hung().email]
    assert certificate.product.title in letter.subject
    assert f"{certificate.expires_on:%d/%m/%Y}" in letter.body and "/desk/certificates/" in letter.body


def test_a_revocation_takes_the_stars_everywhere_and_is_told() -> None:
    product = make.product()
    certificate = product.certificates.get()
    TouchedProduct.objects.all().delete()
    revoke(certificate=certificate, decision="12/QĐ-UBND", on=TODAY, by=people.tam())
    assert badges([product.pk], TODAY) == {}
    assert badges([product.pk], TODAY - timedelta(days=1))
    assert TouchedProduct.objects.get().product == product
    assert Notice.objects.get(kind="certificate_revoked").facts["revocation"] == "12/QĐ-UBND"


@pytest.mark.parametrize(("decision", "on"), [(" ", TODAY), ("12/QĐ-UBND", date(2019, 1, 1))])
def test_a_revocation_without_decision_or_before_its_certificate_is_refused(decision: str, on: date) -> None:
    certificate = make.product().certificates.get()
    with pytest.raises(WrongRevocation):
        revoke(certificate=certificate, decision=decision, on=on, by=people.tam())
    certificate.refresh_from_db()
    assert certificate.revoked_on is None


def test_a_certificate_is_revoked_once() -> None:
    certificate = make.product().certificates.get()
    revoke(certificate=certificate, decision="12/QĐ-UBND", on=TODAY, by=people.tam())
    with pytest.raises(WrongRevocation):
        revoke(certificate=certificate, decision="13/QĐ-UBND", on=TODAY, by=people.tam())
    certificate.refresh_from_db()
    assert certificate.revocation == "12/QĐ-UBND"
