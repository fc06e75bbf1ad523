"""One of everything that is told, by doing what it tells of."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from catalogue import actions as listings
from marketplace.certificates import actions as certificates
from marketplace.checkout import actions as checkout
from marketplace.checkout import notices as conductor
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment import notices as parcels
from marketplace.fulfilment.models import Fulfilment, ShortLine
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.people.notices import password_reset_asked
from marketplace.settlement import actions as settlement
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import reserving, reviewing
from marketplace.stock.queries import short
from marketplace.tills import actions as tills
from marketplace.tills.models import Till
from tests import disputes, make, people
from tests.checkout.shortages import paid

NOW, TODAY = make.NOW, make.TODAY


def _goods(**fields: Any) -> Any:
    product = make.product("Khô cá lóc & mắm", stars=None, **fields)
    product.place = make.stock(product, 10)
    return product


def orders() -> None:
    """Paid by card, collected at a counter, brought home for cash; cancelled for every reason; money given back."""
    paid = make.order((_goods(), 1))
    conductor.paid(paid, list(paid.fulfilments.prefetch_related("lines__line")))
    conductor.declined(paid, attempt=1)
    source = paid.sources.create(source_type_id=1, amount_allocated=paid.total_incl_tax)
    for reason in ("paid-twice", "paid-late", "wrong-amount", "short", "parcel", "returned", "fewer", "cancelled"):
        conductor.refunded(Refund(source=source, amount=paid.total_incl_tax, reason=reason, key=reason))
    by_hand = Refund(source=source, amount=paid.total_incl_tax, reason="cancelled", key="by-hand")
    conductor.refunded(by_hand, by_hand=True)
    at_counter = Refund(source=source, amount=paid.total_incl_tax, reason="returned", key="at-counter")
    conductor.refunded(at_counter, by_hand=True, place="Điểm OCOP Long Xuyên")
    conductor.refund_returned(by_hand)
    conductor.refund_failed(by_hand)
    goods = _goods()
    point = make.stock(goods, 1)  # the second piece is brought from where the goods are, and then the first as well
    make.order((goods, 2), payment="counter", location_id=point.pk)
    stock.sell(location_id=point.pk, lines=[stock.Sold(goods.pk, None, 1)], key="longer", at=NOW, device="till:1")
    _mend()
    shrinking = make.order((goods, 2), payment="counter", location_id=make.location().pk)  # brought from where they are
    line = shrinking.lines.get().pk
    checkout.cancel_pieces(order=shrinking, pieces={line: 1}, by=None, reason=Order.Because.SOLD_OUT, at=NOW)
    checkout.cancel(order=shrinking, by=None, reason=Order.Because.SOLD_OUT, at=NOW)
    pickup = make.order((goods, 2), payment="counter", location_id=goods.place.pk, collect_on=TODAY + timedelta(days=2))
    _along(pickup)
    _along(make.order((_goods(), 1), payment="cod"))
    _transfers()
    _disputes()
    _parcels()
    fulfilment.coming.keep_promises(at=NOW + timedelta(days=1))  # what is to be brought has not left
    for reason in (*Order.Because.values, "Khách gọi điện xin hủy"):
        order = make.order((_goods(), 1))
        order.cancel_reason = reason
        conductor.cancelled(order, refund=reason == Order.Because.SOLD_OUT)
    checkout.cancel(
        order=make.order((_goods(), 1), payment="cod"), by=people.lan(), reason=Order.Because.SHOPPER, at=NOW
    )


def _disputes() -> None:
    """The bank asks and lets it be; asks for the money, is not answered in time, and decides for the one and the other."""
    asked: dict[str, Any] = {"status": "warning_needs_response", "refundable": True, "withdrawn": False}
    order = paid((_goods(), 1))
    disputes.hear(order, NOW, **asked)
    disputes.hear(order, NOW, **asked | {"status": "warning_closed"})
    for number, (end, due) in enumerate((("won", NOW + timedelta(days=2)), ("lost", None))):
        order = paid((_goods(), 1))
        disputes.hear(order, NOW, due_by=due, reason=("fraudulent", "general")[number])
        checkout.remind_of_disputes(at=NOW)
        disputes.hear(order, NOW, status=end, due_by=due, withdrawn=end == "lost")


def _transfers() -> None:
    """Too little, then too much; cancelled and given back; and for each reason asked to which account."""
    make.bank_account(demonstration=True)
    order = make.transfer_order((_goods(), 1))
    name = order.sources.get().reference
    for amount in (order.due - 1_000, 5_000):
        checkout.receive(line_id=make.bank_line(name, amount).pk, at=NOW)
    account = order.sources.get().refund_account
    for reason in ("paid-twice", "paid-late", "short", "parcel", "returned", "fewer", "cancelled", "overpaid"):
        refund = Refund(source=account.source, amount=4_000, reason=reason, key=f"transfer-{reason}")
        conductor.refund_account_wanted(refund, account)
        conductor.refunded(refund, by_hand=True)
    conductor.refund_account_wanted(refund, account, again=True)
    checkout.cancel(order=make.transfer_order((_goods(), 1)), by=None, reason=Order.Because.UNPAID, at=NOW)


def _parcels() -> None:
    """Several of one order: sent, collected and brought together; left out for every reason, paid and not."""
    sugar, fish = _goods(), _goods()
    for goods in (sugar, fish):
        make.stock(goods, 10, at_place=goods.place)
    mixed = vars(make.details()) | {"method": "both", "collected": (fish.pk,), "location_id": fish.place.pk}
    mixed.pop("payment")
    for order in (paid((sugar, 1), (fish, 1), **mixed), paid((sugar, 1), (fish, 1), one_parcel=True)):
        conductor.paid(order, list(order.fulfilments.prefetch_related("lines__line")))
        if order.is_mixed:
            for parcel in order.fulfilments.select_related("order"):
                _move(parcel)
    for number, reason in enumerate(Order.Because.values):
        order = make.order((sugar, 1), (fish, 1), payment="cod")
        Order.objects.filter(pk=order.pk).update(paid_at=NOW if number % 2 else None)
        parcel = order.fulfilments.select_related("order", "location").first()
        checkout.leaving_out.leave_out(order=parcel.order, parcel=parcel, because=reason, by=None, at=NOW)


def missing() -> None:
    """A till sells promised pieces: money back asked for, by itself, of what was paid and was not; and found again."""
    for number, payment in enumerate(("card", "cod", "cod", "cod")):
        goods = _goods()
        order = make.order((goods, 3), payment=payment)
        Order.objects.filter(pk=order.pk, payment_method="card").update(paid_at=NOW)
        lines = [stock.Sold(goods.pk, None, 9)]
        stock.sell(location_id=goods.place.pk, lines=lines, key=f"missing:{number}", at=NOW, device="till:1")
        _mend()
        row = ShortLine.objects.waiting().get()
        if number == 3:  # one of two, then the other
            for _each in range(2):
                make.stock(goods, 1, at_place=goods.place)
                checkout.serve_waiting(at=NOW)
        elif number == 2:
            checkout.give_up_overdue(at=NOW + timedelta(days=9))
        else:
            checkout.answer_shortage(short=row, choice="money", by=None, at=NOW)


def _mend() -> None:
    for case_id in short.open_cases():
        checkout.mend(case_id=case_id, at=NOW)


def _along(order: Order) -> None:
    _move(order.fulfilments.get())


def _move(parcel: Fulfilment) -> None:
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": NOW}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    if parcel.is_pickup:
        fulfilment.mark_ready(**about)
        fulfilment.hand_over(**about, code=parcel.code)
    else:
        fulfilment.ship(**about, carrier="VNPost", tracking_number="EE1")
        parcels.out(about["fulfilment"])
        fulfilment.delivered(**about)


def waited_for() -> None:
    """Pickups that nobody fetches, and such as are late, of a moment and of a day."""
    goods = _goods()
    waits = make.order((goods, 1), payment="counter", location_id=goods.place.pk).fulfilments.get()
    for step in (fulfilment.start_picking, fulfilment.pack, fulfilment.mark_ready):
        step(fulfilment=waits, by=people.mai(), at=NOW)
    make.order((goods, 1), payment="counter", location_id=make.location().pk)  # brought there from where the goods are
    for day in range(7):
        goods.place.hours.create(weekday=day, opens="07:00", closes="17:00")
    make.order((goods, 1), payment="counter", location_id=goods.place.pk)
    for days in (waits.location.pickup_days, 9):
        fulfilment.tell_of_pickups(at=NOW + timedelta(days=days))


def brought_back() -> None:
    """By card and for cash; with a reason and without, from a place with a phone and without."""
    for payment, reason, phone in (("card", "Khách không nghe máy", "+84296385000"), ("cod", "", "")):
        parcel = make.order((_goods(), 1), payment=payment).fulfilments.get()
        parcel.location.phone, parcel.carrier, parcel.tracking_number = phone, "VNPost", "EE1"
        parcels.out(parcel)
        parcels.undelivered(parcel, reason)


def goods_and_listings() -> None:
    product = _goods(description="Ngon", net_quantity="500 g", origin="An Giang", ingredients="Cá", storage="Mát",
                     shelf_life_days=90)  # fmt: skip
    for approve in (True, False):
        change = listings.start_change(product=product, by=people.hung())
        listings.submit(change=change, by=people.hung(), at=NOW + timedelta(hours=approve))
        if approve:
            listings.approve(change=change, by=people.tam(), at=NOW)
        else:
            listings.reject(change=change, reason="Ảnh mờ", by=people.tam(), at=NOW)
    make.box((product, 1), (_goods(), 2), packed_at=product.place)
    about: dict[str, Any] = {"producer": product.producer, "by": people.tam(), "at": NOW}
    listings.doubt_producer(**about, reason="Giấy đăng ký không khớp")
    listings.verify_producer(**about)
    product.stockrecords.update(low_stock_threshold=5)
    make.order((product, 6), payment="cod")
    for number, pieces in enumerate((6, 9)):  # more than is free, then more than is there
        lines = [stock.Sold(product.pk, None, pieces)]
        stock.sell(location_id=product.place.pk, lines=lines, key=f"till:{number}", at=NOW, device="till:1")


def goods_on_the_move() -> None:
    """Sent, short on arrival; recalled, with a buyer who has some at home and one who waits; sound after all."""
    product = _goods()
    order = make.order((product, 2), payment="counter", location_id=product.place.pk)
    _along(order)
    lot = queries.lots([product.pk])[0]
    about: dict[str, Any] = {"by": people.tam(), "at": NOW}
    for expected in (TODAY, None):
        store = product.producer.store
        transfer = stock.transfers.draft(source=product.place, target=store, expected_on=expected, **about)
        line = stock.transfers.add_line(transfer=transfer, lot_id=lot.pk, quantity=1, **about)
        stock.transfers.send(transfer=transfer, **about)
        stock.transfers.close(transfer=transfer, reasons={line.pk: "vỡ khi chở"}, **about)
    parcel = make.order((product, 2), payment="counter", location_id=product.place.pk).fulfilments.get()
    for step in (fulfilment.start_picking, fulfilment.pack, fulfilment.mark_ready):
        step(fulfilment=parcel, **about)
    checkout.recall(lot_id=lot.pk, reason="Phát hiện nấm mốc.", **about)
    for case_id in short.open_cases():
        checkout.mend(case_id=case_id, at=NOW)
    stock.recall.thaw(lot_id=lot.pk, reason="Mẫu kiểm nghiệm đạt.", **about)


def stars_and_passwords() -> None:
    """With a decision's number, and without one as some registers have it."""
    for number in ("12/QĐ-UBND", ""):
        for days in (30, 400):
            certificate = make.certificate(_goods(), decided_on=TODAY - timedelta(days=900))
            certificate.decision_number, certificate.expires_on = number, TODAY + timedelta(days=days)
            certificate.save(update_fields=["decision_number", "expires_on"])
        certificates.revoke(certificate=certificate, decision="7/QĐ-UBND", on=TODAY, by=people.tam())
    certificates.remind(on=TODAY)
    password_reset_asked(people.lan(), f"{settings.SITE_URL}/accounts/password/x/y/", NOW)


def to_look_at() -> None:
    """Day by day: near its date, past it, nearly sold out, and all at once. A till that fell silent, one that never spoke."""
    product = _goods()
    make.stock(product, 1, at_place=product.place, lot_code="L1", best_before=TODAY + timedelta(days=10))
    for day in (0, 11, 20, 27):
        if day == 20:
            reserving.set_reserve(location=product.place, safety_stock=50, counter_percent=0, by=people.mai())
            for left in (15, 35):
                best_before = TODAY + timedelta(days=left)
                make.stock(product, 1, at_place=product.place, lot_code=f"L{left}", best_before=best_before)
        for person in (people.mai(), people.hung()):
            reviewing.review(user_id=person.pk, at=NOW + timedelta(days=day))
    for day, place in enumerate((product.place, product.producer.store)):
        till, _token = make.till(place)
        Till.objects.filter(pk=till.pk).update(created_at=NOW - timedelta(days=9), last_contact_at=None if day else NOW)
        tills.watch(at=NOW + timedelta(days=day * 3 + 3))
    for till in Till.objects.all():
        tills.contacted(till=till, at=NOW + timedelta(days=10))
    tills.watch(at=NOW + timedelta(days=20))


def statements() -> None:
    """Made, disputed and answered, confirmed, paid."""
    product = _goods()
    producer, place = product.producer, product.place
    about: dict[str, Any] = {"by": people.tam(), "at": NOW}
    settlement.correct(producer=producer, location=place, amount=Decimal(90_000), reason="Hội chợ", key="fair", **about)
    about["at"] = NOW + timedelta(days=20)
    [statement] = settlement.close(producer_id=producer.pk, at=about["at"])
    sides = {settlement.Side.PLACE: people.mai(), settlement.Side.PRODUCER: people.hung()}
    settlement.dispute(
        statement=statement, side=settlement.Side.PRODUCER, reason="Thiếu 2 hũ", by=people.hung(), at=about["at"]
    )
    settlement.answer(statement=statement, words="Đã kiểm lại.", amount=Decimal(0), **about)
    for side, person in sides.items():
        settlement.confirm(statement=statement, side=side, by=person, at=about["at"])
    bank = {"holder": "TRAN VAN HUNG", "bin": "970405", "number": "6500205123456"}
    settlement.verify_account(
        account=settlement.set_account(producer=producer, **bank, by=people.hung(), at=NOW), **about
    )
    payout = settlement.make_payout(statement_ids=[statement.pk], **about)
    settlement.mark_paid(payout=payout, **about)
