"""Who sells is known to the office, or does not sell."""

from datetime import timedelta

import pytest

from marketplace.journal.models import Entry
from marketplace.notices.models import Notice
from marketplace.partner.actions import ReasonMissing, doubt, verify
from marketplace.partner.models import Partner
from tests import make, people

pytestmark = pytest.mark.django_db


def verified(producer: Partner) -> bool:
    return Partner.objects.filter(pk=producer.pk, verified_at__isnull=False).exists()


def deeds(producer: Partner) -> list[str]:
    return list(Entry.objects.filter(subject_id=producer.pk).order_by("pk").values_list("action", flat=True))


def test_a_verification_is_withdrawn_once_and_the_producer_knows_why() -> None:
    producer = make.producer()
    for _twice in range(2):
        doubt(producer=producer, reason=" Giấy đăng ký không khớp ", by=people.tam(), at=make.NOW)
    assert not verified(producer) and deeds(producer) == ["producer.doubted"]
    notice = Notice.objects.get()
    assert (notice.kind, notice.user) == ("producer_doubted", people.hung())
    assert notice.facts["reason"] == Entry.objects.get().facts["reason"] == "Giấy đăng ký không khớp"
    assert Entry.objects.get().by == people.tam()


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_it_stays(reason: str) -> None:
    producer = make.producer()
    with pytest.raises(ReasonMissing):
        doubt(producer=producer, reason=reason, by=people.tam(), at=make.NOW)
    assert verified(producer) and not deeds(producer) and not Notice.objects.exists()


def test_who_is_verified_again_is_told_each_time() -> None:
    producer = make.producer()
    for days in range(2):
        at = make.NOW + timedelta(days=days)
        doubt(producer=producer, reason="Giấy đăng ký không khớp", by=people.tam(), at=at)
        verify(producer=producer, by=people.tam(), at=at)
        verify(producer=producer, by=people.tam(), at=at)
    assert verified(producer) and deeds(producer) == ["producer.doubted", "producer.verified"] * 2
    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True)) == deeds_told(2)


def deeds_told(times: int) -> list[str]:
    return ["producer_doubted", "producer_verified"] * times
