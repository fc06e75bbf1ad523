"""Goods given back: who may ask for what, who decides, what is on the shelf and what money goes back."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.checkout import actions
from marketplace.errors import Refused
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.stock import queries as stock
from tests import make, people
from tests.checkout.returns import NOW, Reason, Status, Way, ask, awaited, collected, judge, photograph
from tests.rows import changed, everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_afterwards", "kept_here")]


@pytest.fixture
def kept_here(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def parcel(goods: Any) -> Fulfilment:
    """Three pieces of 50,001 ₫ collected and paid at the counter."""
    return collected((goods, 3), location_id=goods.here.pk)


def on_hand(goods: Any) -> int:
    return sum(row.on_hand for row in stock.balances(product_ids=[goods.pk]))


def kinds(order: Order, person: str = "lan@example.vn") -> list[str]:
    told = Notice.objects.filter(facts__number=order.number, email=person).order_by("pk")
    return [kind for kind in told.values_list("kind", flat=True) if "return" in kind]


def test_asked_the_place_hears_of_it_and_nothing_has_moved_yet(parcel: Fulfilment, goods: Any) -> None:
    asked = ask(parcel, 2)
    assert (asked.status, asked.lines.get().quantity, asked.photos.count()) == (Status.ASKED, 2, 1)
    assert asked.photos.get().image.name.startswith("returns/2026/11/")
    assert kinds(parcel.order) == ["return_noted"] and kinds(parcel.order, people.mai().email) == ["return_asked"]
    assert on_hand(goods) == 0 and not Refund.objects.exists()


def test_a_closed_account_hears_of_no_return(parcel: Fulfilment) -> None:
    type(people.mai()).objects.filter(pk=people.mai().pk).update(is_active=False)
    ask(parcel, 2)
    assert kinds(parcel.order) == ["return_noted"] and kinds(parcel.order, people.mai().email) == []


def test_whoever_asks_and_withdraws_again_and_again_is_heard_no_more(parcel: Fulfilment) -> None:
    for _time in range(10):
        actions.withdraw_return(asked=ask(parcel), by=None, at=NOW)
    before = everything()
    with pytest.raises(actions.TooManyReturns, match="10"):
        ask(parcel)
    assert not changed(before)


def test_accepted_come_and_back_on_the_shelf_and_the_money_is_due_by_hand(parcel: Fulfilment, goods: Any) -> None:
    asked = awaited(parcel, 2)
    assert (asked.status, str(asked.send_by)) == (Status.AWAITED, "2026-11-30")
    assert on_hand(goods) == 0 and not Refund.objects.exists()
    judge(asked, restocked=1, spoiled=1)
    asked.refresh_from_db()
    refund, order = Refund.objects.get(), Order.objects.get()
    assert (asked.status, asked.refunded, refund.amount, refund.status) == (Status.SETTLED, 100_002, 100_002, "due")
    assert (order.status, order.due, order.lines.get().returned_quantity) == ("completed", 50_001, 2)
    assert on_hand(goods) == 1
    story = [(one.kind, one.quantity) for one in stock.movements(product_id=goods.pk, limit=3)]
    assert story == [("spoiled", -1), ("returned", 2), ("issued", -3)]
    assert kinds(order) == ["return_noted", "return_accepted", "return_settled"]


def test_goods_that_need_not_come_back_are_paid_at_once(parcel: Fulfilment, goods: Any) -> None:
    asked = ask(parcel)
    actions.forgo_return(asked=asked, answer="Xin lỗi chị", by=people.mai(), at=NOW)
    assert (asked.status, asked.way, Refund.objects.get().amount, on_hand(goods)) == (
        Status.SETTLED, Way.KEEP, 50_001, 0,
    )  # fmt: skip


def test_only_what_has_come_is_paid(parcel: Fulfilment, goods: Any) -> None:
    asked = awaited(parcel, 3)
    judge(asked, spoiled=1)
    assert Refund.objects.get().amount == 50_001 and on_hand(goods) == 0
    ask(parcel, 2)  # the others never came: they may still be given back


def test_the_delivery_fee_goes_back_with_the_last_piece_of_faulty_goods(goods: Any) -> None:
    parcel = collected((goods, 2), payment="cod")
    first, second = ask(parcel), ask(parcel)
    for asked in (first, second):
        actions.forgo_return(asked=asked, answer="", by=people.mai(), at=NOW)
    assert [(one.fee, one.refunded) for one in (first, second)] == [(0, 50_001), (30_000, 80_001)]
    assert Order.objects.get().due == 0


def test_no_fee_goes_back_for_a_change_of_mind(goods: Any) -> None:
    parcel = collected((goods, 2), payment="cod")
    for reason in (Reason.UNWANTED, Reason.DAMAGED):
        actions.forgo_return(asked=ask(parcel, reason=reason), answer="", by=people.mai(), at=NOW)
    assert Order.objects.get().due == 30_000


def test_the_last_piece_carries_the_rounding(goods: Any) -> None:
    """A third off: 100,001 ₫ for three are not three times the same."""
    parcel = collected((goods, 3), location_id=goods.here.pk)
    parcel.order.lines.update(line_price_incl_tax=100_001)
    Order.objects.update(total_incl_tax=100_001)
    parcel.order.sources.update(amount_debited=100_001, amount_allocated=100_001)
    parcel.order.sources.get().transactions.update(amount=100_001)
    for _one in range(3):
        actions.forgo_return(asked=ask(parcel), answer="", by=people.mai(), at=NOW)
    amounts = [int(one) for one in Refund.objects.order_by("pk").values_list("amount", flat=True)]
    assert sum(amounts) == 100_001 and sorted(amounts) == [33_333, 33_334, 33_334]


def test_declined_the_buyer_knows_why_and_may_ask_again(parcel: Fulfilment) -> None:
    asked = ask(parcel, 3)
    actions.decline_return(asked=asked, answer="Ảnh không rõ", by=people.mai(), at=NOW)
    told = Notice.objects.get(kind="return_declined")
    assert asked.status == Status.DECLINED and told.facts["answer"] == "Ảnh không rõ"
    assert ask(parcel, 3).status == Status.ASKED


def test_withdrawn_by_its_buyer(parcel: Fulfilment) -> None:
    asked = awaited(parcel, 3)
    actions.withdraw_return(asked=asked, by=None, at=NOW)
    assert asked.status == Status.WITHDRAWN and asked.closed_at == NOW


REFUSED = {
    "return_of_nothing": {"wanted": {}},
    "return_too_many": {"pieces": 4},
    "return_too_late": {"at": NOW + timedelta(days=8)},
    "return_without_photograph": {"photographs": []},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_taken_back(parcel: Fulfilment, code: str, tmp_path: Any) -> None:
    before = everything()
    fields = dict(REFUSED[code])
    wanted = fields.pop("wanted", {part.line_id: fields.pop("pieces", 1) for part in parcel.lines.all()}) or {1: 0}
    with pytest.raises(Refused) as refused:
        ask(parcel, wanted=wanted, **fields)
    assert refused.value.code == code and changed(before) == set()
    assert not list(tmp_path.rglob("*.webp"))


def test_on_the_last_day_it_still_is(parcel: Fulfilment) -> None:
    assert ask(parcel, at=NOW + timedelta(days=7)).status == Status.ASKED


def test_what_is_on_its_way_back_is_not_given_back_twice(parcel: Fulfilment) -> None:
    ask(parcel, 2)
    with pytest.raises(actions.TooManyToReturn, match="1"):
        ask(parcel, 2)


def test_a_place_has_days_of_its_own_and_need_not_take_back_what_is_unwanted(parcel: Fulfilment, goods: Any) -> None:
    goods.here.return_days, goods.here.takes_unwanted = 30, False
    goods.here.save(update_fields=["return_days", "takes_unwanted"])
    parcel.refresh_from_db()
    late = NOW + timedelta(days=30)
    assert ask(parcel, at=late).status == Status.ASKED
    with pytest.raises(actions.NotReturnable, match="Mật thốt nốt"):
        ask(parcel, reason=Reason.UNWANTED, photographs=[], at=late)


def test_perishable_goods_come_back_for_a_fault_seen_at_once_and_for_nothing_else() -> None:
    fish = make.product("Khô cá lóc một nắng", perishable=True)
    parcel = collected((fish, 3), location_id=make.stock(fish, 3).pk)
    type(fish).objects.update(perishable=False)  # as sold it was
    with pytest.raises(actions.NotReturnable):
        ask(parcel, reason=Reason.UNWANTED, photographs=[])
    assert ask(parcel, at=NOW + timedelta(days=1)).status == Status.ASKED
    with pytest.raises(actions.ReturnTooLate):
        ask(parcel, at=NOW + timedelta(days=2))


def test_goods_not_handed_over_yet_are_cancelled_not_returned(goods: Any) -> None:
    order = make.order((goods, 1), payment="cod")
    with pytest.raises(actions.NothingToReturn):
        ask(order.fulfilments.get())


STEPS: dict[str, Any] = {
    "decline": lambda asked: actions.decline_return(asked=asked, answer="x", by=None, at=NOW),
    "await": lambda asked: actions.await_return(asked=asked, way=Way.COUNTER, answer="", by=None, at=NOW),
    "forgo": lambda asked: actions.forgo_return(asked=asked, answer="", by=None, at=NOW),
    "take in": lambda asked: judge(asked, restocked=1),
    "sent": lambda asked: actions.return_sent(asked=asked, tracking="EE2", by=None, at=NOW),
    "withdraw": lambda asked: actions.withdraw_return(asked=asked, by=None, at=NOW),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_is_settled_stays_as_it_is(parcel: Fulfilment, step: str) -> None:
    asked = awaited(parcel)
    judge(Return.objects.get(pk=asked.pk), restocked=1)
    before = everything()
    with pytest.raises(actions.ReturnMoved):
        STEPS[step](asked)
    assert changed(before) == set()


@pytest.mark.parametrize(("judged", "refusal"), [({}, actions.NothingCame), ({"restocked": 2}, actions.MoreThanAsked)])
def test_a_decision_about_what_is_not_there_changes_nothing(parcel: Fulfilment, judged: Any, refusal: Any) -> None:
    asked = awaited(parcel)
    before = everything()
    with pytest.raises(refusal):
        judge(asked, **judged)
    assert changed(before) == set()


def test_an_answer_needs_its_words(parcel: Fulfilment) -> None:
    asked = ask(parcel)
    before = everything()
    for deed in (
        lambda: actions.decline_return(asked=asked, answer=" ", by=None, at=NOW),
        lambda: actions.await_return(asked=asked, way=Way.CARRIER, answer="", by=None, at=NOW),
    ):
        with pytest.raises(actions.AnswerMissing):
            deed()
    assert changed(before) == set()


def test_the_photograph_is_kept_in_two_sizes_without_its_camera(parcel: Fulfilment, tmp_path: Any) -> None:
    ask(parcel, photographs=[photograph(), photograph()])
    assert len(list((tmp_path / "returns").rglob("*.webp"))) == 4
