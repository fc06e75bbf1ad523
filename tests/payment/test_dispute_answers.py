"""What the office answers a bank: all that is known of the order, sent once, and kept."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from marketplace.checkout import actions
from marketplace.checkout.actions import disputing
from marketplace.checkout.dossier import in_fields, parts, sheet
from marketplace.checkout.queries.evidence import gather
from marketplace.checkout.tasks import make_refund
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment
from marketplace.journal.models import Entry
from marketplace.notices import actions as outbox
from marketplace.notices.models import Delivery
from marketplace.order.models import Order
from marketplace.payment.disputes.actions import NotToAnswer
from marketplace.payment.gateways import GatewayRefused
from marketplace.payment.gateways import disputes as gateway
from marketplace.payment.models import Dispute, Refund
from marketplace.payment.standin import Standin, disputes
from marketplace.payment.standin.payments import ASKED_ABOUT, DISPUTED
from tests import make, people
from tests.checkout.rules import broken
from tests.payment.test_disputes import booked, bought, decided, disputed
from tests.payment.test_refunds import news
from tests.rows import changed, everything

from .conftest import SECRET

pytestmark = pytest.mark.django_db
WORDS = "The cardholder's sister collected it."


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET


@pytest.fixture
def now() -> datetime:
    people.tam()
    return timezone.now()


def collected(standin: Standin, now: datetime) -> Dispute:
    """Lan has collected it with her code, has had her letters, and had another order before."""
    product, before = make.product("Mật thốt nốt"), now - timedelta(days=40)
    point = make.stock(product, 3, at=before)
    _hand_over(make.order((product, 1), payment="counter", location_id=point.pk, at=before), before)
    order = bought(standin, now, of=product, location_id=point.pk)
    _hand_over(order, now)
    for delivery in Delivery.objects.values_list("pk", flat=True):
        outbox.deliver(delivery_id=delivery, at=timezone.now() + timedelta(minutes=1))
    standin.dispute(order.sources.get().payment_intent)
    news(standin, now)
    return Dispute.objects.select_related("source__order").get()


def _hand_over(order: Order, at: datetime) -> None:
    parcel = Fulfilment.objects.get(order=order)
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(fulfilment=parcel, by=people.mai(), at=at)
    fulfilments.hand_over(fulfilment=parcel, by=people.mai(), code=parcel.code, at=at)


def answer(dispute: Dispute, at: datetime, words: str = WORDS) -> None:
    actions.answer_dispute(dispute=dispute, words=words, by=people.tam(), at=at)


def test_everything_that_is_known_is_gathered(standin: Standin, now: datetime) -> None:
    dispute = collected(standin, now)
    found = gather(dispute)
    assert [one.contents for one in found.parcels] == [["2 × Mật thốt nốt"]]
    assert len(found.earlier) == 1 and len(found.messages) >= 4
    with translation.override("vi"):
        text = str(parts(found))
    for known in (
        found.order.number, dispute.reference, dispute.source.payment_intent, "Nguyễn Thị Lan", "0912 000 001",
        "lan@example.vn", "Mật thốt nốt", "mã bí mật", "tôi đặt hàng", found.earlier[0].number, "10.4",
    ):  # fmt: skip
        assert known in text, known
    assert Fulfilment.objects.get(order=found.order).code not in text


def test_the_bank_reads_it_in_english_in_the_fields_of_its_form(standin: Standin, now: datetime) -> None:
    with translation.override("vi"):
        fields = in_fields(gather(collected(standin, now)), WORDS)
    assert fields["customer_name"] == "Nguyễn Thị Lan" and fields["customer_email_address"] == "lan@example.vn"
    assert (
        "2 × Mật thốt nốt" in fields["product_description"] and "I order." in fields["cancellation_policy_disclosure"]
    )
    assert fields["uncategorized_text"].startswith(WORDS) and "secret code" in fields["uncategorized_text"]
    assert "is paid" in fields["uncategorized_text"]
    assert fields["service_date"] == f"{timezone.localtime(now):%Y-%m-%d}" and "shipping_carrier" not in fields


def test_of_a_parcel_the_carrier_and_its_number_are_told(standin: Standin, now: datetime) -> None:
    order = bought(standin, now)
    parcel = Fulfilment.objects.get()
    for step in (fulfilments.start_picking, fulfilments.pack):
        step(fulfilment=parcel, by=people.mai(), at=now)
    fulfilments.ship(fulfilment=parcel, by=people.mai(), carrier="VNPost", tracking_number="EE1VN", at=now)
    standin.dispute(order.sources.get().payment_intent)
    news(standin, now)
    fields = in_fields(gather(Dispute.objects.get()), "")
    assert (fields["shipping_carrier"], fields["shipping_tracking_number"]) == ("VNPost", "EE1VN")
    assert "12 Trần Hưng Đạo" in fields["shipping_address"] and "to be delivered" in fields["uncategorized_text"]


def test_never_longer_than_is_read(standin: Standin, now: datetime) -> None:
    fields = in_fields(gather(disputed(standin, now)), "x" * 200_000)
    assert max(map(len, fields.values())) == gateway.LONGEST


def test_it_is_sent_once_and_kept(standin: Standin, now: datetime) -> None:
    dispute = collected(standin, now)
    answer(dispute, now)
    dispute.refresh_from_db()
    known = standin.world.things[dispute.reference]
    assert known["evidence_details"]["submission_count"] == 1
    assert known["evidence"]["uncategorized_text"] == dispute.evidence["uncategorized_text"]
    assert (dispute.state, dispute.submitted_at, dispute.submitted_by, dispute.words) == (
        "under_review", now, people.tam(), WORDS,
    )  # fmt: skip
    assert Entry.objects.get(action="dispute.answered").by == people.tam()
    before = everything()
    with pytest.raises(NotToAnswer):
        answer(dispute, now)
    assert changed(before) == set() and broken(now) == []


@pytest.fixture
def lost_on_the_way(standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files go up; of the first answer that names them nobody hears whether it arrived."""
    submit = gateway.submit_evidence

    def submitted(*about: Any) -> Any:
        monkeypatch.undo()
        standin.switch(drop_next=3)
        return submit(*about)

    monkeypatch.setattr(gateway, "submit_evidence", submitted)


@pytest.mark.usefixtures("lost_on_the_way")
def test_an_answer_whose_answer_is_lost_is_sent_once(standin: Standin, now: datetime) -> None:
    dispute = collected(standin, now)
    with pytest.raises(actions.NoAnswer):
        answer(dispute, now)
    assert standin.world.things[dispute.reference]["evidence_details"]["submission_count"] == 1
    answer(dispute, now)
    assert standin.world.things[dispute.reference]["evidence_details"]["submission_count"] == 1
    dispute.refresh_from_db()
    assert dispute.state == "under_review"


@pytest.mark.usefixtures("lost_on_the_way")
def test_who_looks_later_finds_that_it_was_sent(standin: Standin, now: datetime) -> None:
    """Nobody pressed again, and the event brings the news."""
    dispute = collected(standin, now)
    with pytest.raises(actions.NoAnswer):
        answer(dispute, now)
    news(standin, now)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.submitted_at) == ("under_review", now) and dispute.evidence and dispute.words


def test_two_who_answer_at_once_only_the_first_is_heard(standin: Standin, now: datetime) -> None:
    dispute = collected(standin, now)
    gateway.submit_evidence(dispute.reference, {"uncategorized_text": "the first"})
    with pytest.raises(GatewayRefused):
        answer(dispute, now, "the second")
    assert standin.world.things[dispute.reference]["evidence"]["uncategorized_text"] == "the first"


@pytest.mark.parametrize(("word", "state"), [(disputes.WINS, "won"), (disputes.LOSES, "lost")])
def test_the_bank_decides(standin: Standin, now: datetime, word: str, state: str) -> None:
    dispute = collected(standin, now)
    answer(dispute, now, f"Said: {word}")
    news(standin, now)
    dispute.refresh_from_db()
    assert (dispute.state, Order.objects.get(pk=dispute.source.order_id).status) == (state, "completed")
    assert broken(now) == []


def test_too_late(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    with pytest.raises(NotToAnswer):
        answer(dispute, now + timedelta(days=10))


def test_accepted_it_is_lost(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now, DISPUTED)
    for _ in range(2):
        if dispute.decided_at is None:
            actions.accept_dispute(dispute=dispute, by=people.tam(), at=now)
        dispute.refresh_from_db()
    assert (dispute.state, dispute.is_lost, Order.objects.get().cancel_reason) == ("lost", True, "disputed")
    assert Entry.objects.get(action="dispute.accepted").by == people.tam() and broken(now) == []


def test_a_question_is_not_accepted_but_answered_or_refunded(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now, ASKED_ABOUT)
    with pytest.raises(NotToAnswer):
        actions.accept_dispute(dispute=dispute, by=people.tam(), at=now)
    answer(dispute, now)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.is_inquiry) == ("warning_under_review", True)


def test_on_paper(standin: Standin, now: datetime) -> None:
    for language in ("vi", "en"):
        with translation.override(language):
            assert sheet(gather(disputed(standin, now) if language == "vi" else Dispute.objects.get())).startswith(
                b"%PDF"
            )


def test_an_answer_to_an_older_question_undoes_nothing(standin: Standin, now: datetime) -> None:
    dispute = disputed(standin, now)
    old = gateway.read_dispute(dispute.reference)
    decided(standin, dispute, now, won=True)
    before = everything()
    disputing.hear(told=old, at=now)
    assert changed(before) == set()


def test_a_bank_that_thinks_again_gives_the_money_back(standin: Standin, now: datetime) -> None:
    dispute = decided(standin, disputed(standin, now), now, won=False)
    refund = Refund.objects.get()
    standin.decide(dispute.reference, won=True)
    news(standin, now)
    dispute.refresh_from_db()
    booked(dispute, int(dispute.amount), -int(dispute.amount))
    make_refund(refund.pk)
    refund.refresh_from_db()
    assert (dispute.state, refund.status) == ("won", "made") and broken(now) == []
