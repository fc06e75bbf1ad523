"""Hùng's goods lie at Mai's point; Lan has ordered two pieces there and will pay at the counter."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.actions import load_groups, start_change
from catalogue.models import ListingChange, Product
from marketplace.boxes import actions as boxes
from marketplace.cash import actions as cash
from marketplace.cash.queries import of_point
from marketplace.certificates.models import Certificate
from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.actions.status_files import take_file
from marketplace.fulfilment.models import Fulfilment, ParcelEvent, Return
from marketplace.invoices import actions as invoices
from marketplace.invoices.models import Invoice
from marketplace.locations.models import Location
from marketplace.notices.models import Delivery, Notice
from marketplace.order.models import Order
from marketplace.partner import actions as partners
from marketplace.partner.models import Partner
from marketplace.payment import actions as payments
from marketplace.payment.banking import actions as banking
from marketplace.payment.models import PaymentEvent, Refund
from marketplace.settlement import actions as settlement
from marketplace.shipping.models import FreeDelivery
from marketplace.stock import queries as stock
from marketplace.stock.actions import counting, transfers
from marketplace.tills import actions as tills
from marketplace.tills.connectors import actions as connectors
from marketplace.tills.models import Till, TillEvent
from marketplace.tills.uploads import actions as uploads
from tests import disputes, make, people
from tests.checkout import returns
from tests.fulfilment.carried import carrier as exchanging


@dataclass
class World:
    producer: Partner
    product: Product
    change: ListingChange
    point: Location
    parcel: Fulfilment
    certificate: Certificate
    till: Till
    event: TillEvent
    alike: TillEvent
    zone: Any
    letter: Delivery
    refund: Refund
    word: PaymentEvent
    order: Any
    transfer: Any
    line: Any
    shipment: Any
    count: Any
    lot: Any
    upload: Any
    connector: Any
    bank_account: Any
    feed: Any
    bank_line: Any
    statement: Any
    payout: Any
    payout_account: Any
    agreement: Any
    settlement: Any
    account: Any
    producer_payout: Any
    dispute: Any
    invoice: Any
    cash_up: Any
    box: Any
    open_box: Any
    carrier: Any
    tariff: Any
    free: Any
    sent: Any
    status_file: Any
    parcel_event: Any

    @cached_property
    def asked(self) -> Return:
        """Made for who wants to see one: Lan collected something else at the point, and found it broken."""
        return returns.at_counter(self.point, at=timezone.now())

    @cached_property
    def dispute_file(self) -> Any:
        return self.dispute.files.get(kind="customer_signature")

    @cached_property
    def paid_out(self) -> Return:
        """Another: she keeps the goods, and Mai gave her the money out of the drawer."""
        return returns.paid_out(self.point, at=timezone.now())

    photo = property(lambda self: self.asked.photos.get())


def _moving(product: Product, point: Location) -> dict[str, Any]:
    """One piece waits to be sent on from the point, three are on their way to it, and the point is being counted."""
    now, depot = timezone.now(), make.location("Kho trung chuyển", staff=people.tam())
    make.stock(product, 3, at_place=depot, at=now, lot_code="L1")
    lot = stock.lots().get(code="L1")
    about = {"by": people.tam(), "at": now}
    made = {}
    for name, source, target, quantity in (("transfer", point, depot, 1), ("shipment", depot, point, 3)):
        made[name] = transfers.draft(source=source, target=target, **about)
        transfers.add_line(transfer=made[name], lot_id=lot.pk, quantity=quantity, **about)
    transfers.send(transfer=made["shipment"], **about)
    return made | {"lot": lot, "line": made["transfer"].lines.get(), "count": counting.start(location=point, **about)}


def _told(product: Product, point: Location) -> dict[str, Any]:
    """A file of the point that was only looked at, and a till there that is asked."""
    about = {"by": people.mai(), "at": timezone.now()}
    file = {"name": "ban-20-11.csv", "data": f"Mã;SL\n{product.upc};2\nSP-LA;1\n".encode()}
    upload = uploads.take(location=point, kind="sales", day=timezone.localdate(), **file, **about)
    setup = connectors.Setup("https://till.example.vn/events", "", 60, {})
    return {"upload": upload, "connector": connectors.connect(location=point, name="Máy 3", setup=setup, **about)}


def _settled(producer: Partner, point: Location) -> dict[str, Any]:
    """The point owes Hùng something of the month before; both say so, and the bank is told."""
    now, office, hung = timezone.now(), people.tam(), people.hung()
    long_ago = now - timedelta(days=70)
    agreement = partners.agree(
        location=point, producer=producer, terms="consignment", commission_percent=Decimal(15), period="month",
        valid_from=timezone.localdate(long_ago), by=office, at=long_ago,
    )  # fmt: skip
    facts = {"amount": Decimal(250_000), "reason": "Hàng bán ở hội chợ", "key": "fair", "by": office}
    settlement.correct(producer=producer, location=point, at=now - timedelta(days=40), **facts)
    [statement] = settlement.close(producer_id=producer.pk, at=now)
    settlement.confirm(statement=statement, side=settlement.Side.PLACE, by=people.mai(), at=now)
    settlement.confirm(statement=statement, side=settlement.Side.PRODUCER, by=hung, at=now)
    bank = {"holder": "TRAN VAN HUNG", "bin": "970405", "number": "6500205123456"}
    account = settlement.set_account(producer=producer, by=hung, at=now, **bank)
    settlement.verify_account(account=account, by=office, at=now)
    payout = settlement.make_payout(statement_ids=[statement.pk], by=office, at=now)
    return {"agreement": agreement, "settlement": statement, "account": account, "producer_payout": payout}


def _carried(point: Location, producer: Partner) -> dict[str, Any]:
    """A parcel of the point is on its way; its carrier's file names a number that nobody knows."""
    by, now, carrier = people.mai(), timezone.now(), exchanging(gateway="api")
    goods = make.product("Khô cá lóc", producer=producer, stars=None)
    make.stock(goods, 1, at_place=point, at=now)
    parcel = make.order((goods, 1), payment="cod", at=now).fulfilments.get()
    for step in (fulfilments.start_picking, fulfilments.pack):
        step(fulfilment=parcel, by=by, at=now)
    fulfilments.ship(fulfilment=parcel, by=by, carrier=carrier.name, tracking_number="BN1", at=now)
    rows = f"Mã vận đơn;Trạng thái;Thời gian\nBN404;Đã giao;{timezone.localtime(now):%d/%m/%Y %H:%M}\n"
    file = take_file(carrier=carrier, name="bn.csv", data=rows.encode(), by=people.tam(), at=now)
    free = FreeDelivery.objects.create(least=500_000, valid_from=timezone.localdate())
    told = {"status_file": file, "parcel_event": ParcelEvent.objects.get(), "free": free}
    return told | {"carrier": carrier, "sent": parcel, "tariff": carrier.tariffs.get()}


def _owed(product: Product, point: Location) -> Refund:
    """Lan paid another order at the counter, and then it was cancelled."""
    order = make.order((product, 1), payment="counter", location_id=point.pk, at=timezone.now())
    payments.take_cash(order=order, amount=order.total_incl_tax, key="counter", by=people.mai(), at=timezone.now())
    checkout.cancel(order=order, by=people.tam(), reason="shopper", at=timezone.now())
    return Refund.objects.get()


def _sold(producer: Partner, point: Location) -> dict[str, Any]:
    """Lan has collected an order of her firm's: the money is counted, but nobody issues its invoice."""
    at, tea = timezone.now(), make.product("Trà dây", producer=producer, stars=None)
    make.stock(tea, 1, at_place=point, at=at)
    order = make.order((tea, 1), payment="counter", location_id=point.pk, at=at)
    firm = {"company": "Công ty Lan", "tax_code": "0100109106", "address": "Hà Nội", "email": "ke-toan@example.vn"}
    invoices.ask(order=order, **firm, by=None, at=at)
    collected(order, at=at)
    [invoice] = invoices.prepare(order_id=order.pk, at=at)
    Invoice.objects.filter(pk=invoice.pk).update(status="failed", next_try_at=None, error="Hết dải số hóa đơn.")
    where = {"location": point, "carrier": "", "day": timezone.localdate(at)}
    rows = [row.pk for row in of_point(point, where["day"])]
    counted = {"transaction_ids": rows, "counted": order.total_incl_tax, "reason": ""}
    return {"invoice": invoice, "cash_up": cash.close(**where, **counted, by=people.mai(), at=at)}


def collected(order: Any, *, at: Any) -> None:
    """Its shopper has it and has paid."""
    about = {"fulfilment": order.fulfilments.get(), "by": people.mai(), "at": at}
    for step in (fulfilments.start_picking, fulfilments.pack, fulfilments.mark_ready):
        step(**about)
    fulfilments.hand_over(**about, code=about["fulfilment"].code)


def given_up(name: str = "evt_1") -> PaymentEvent:
    """A word about something that is not ours, tried until the last time."""
    word = payments.record_event(
        gateway="stripe", source_id=name, kind="charge.refunded", object_id="pi_1", payload={}, at=timezone.now()
    )
    while word.next_try_at:
        payments.event_postponed(event_id=word.pk, error="no order of ours", at=timezone.now())
        word.refresh_from_db()
    return word


def parked(till: Till, product: Product, *, sequence: int, code: str = "SP-LA") -> TillEvent:
    """Sold under a code that nobody knows."""
    event = make.till_event(product, sequence=sequence, line={"code": code})
    report = tills.Report(UUID(event["uuid"]), sequence, "sale", timezone.now(), event)
    tills.accept(till=till, reports=[report], at=timezone.now())
    tills.record_next(till_id=till.pk, at=timezone.now())
    return till.events.get(sequence=sequence)


def _banking(product: Product, point: Location) -> dict[str, Any]:
    """Money of nobody, a file whose columns nobody has named, and a refund that the bank was told of."""
    now, by = timezone.now(), people.tam()
    order = make.transfer_order((product, 1), location_id=point.pk, at=now)
    checkout.receive(line_id=make.bank_line(order.sources.get().reference, order.due, at=now).pk, at=now)
    checkout.cancel(order=order, by=by, reason=Order.Because.SHOPPER, at=now)
    left = make.bank_line("TIEN HANG", 70_000, at=now)
    checkout.receive(line_id=left.pk, at=now)
    own, account = make.bank_account(), order.sources.get().refund_account
    banking.payouts.give_account(account=account, bin="970405", number="123456", holder="LAN", by=by, at=now)
    data = "Ngày,Số tiền,Diễn giải\n20/11/2026,5000,x\n".encode()
    return {
        "bank_account": own, "feed": own.feeds.get(), "bank_line": left, "payout_account": account,
        "payout": banking.payouts.make_batch(account=own, by=by, at=now),
        "statement": banking.statements.take(account=own, name="sao-ke.csv", data=data, by=by, at=now),
    }  # fmt: skip


def _boxes(product: Product, point: Location) -> dict[str, Any]:
    """A draft and one in the shop."""
    tea = make.product("Trà mãng cầu", stars=None)
    tea.producer.users.clear()  # another's than Hùng's
    parts = ((product, 1), (tea, 2))
    open_box = make.box(*parts, packed_at=point)
    draft = boxes.compose(packed_at=point, title="Hộp quà mới", description="", price=None, by=people.mai())
    for part, quantity in parts:
        boxes.put_in(box=draft, product=part, quantity=quantity, by=people.mai())
    return {"box": draft, "open_box": open_box}


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> World:
    settings.MEDIA_ROOT = tmp_path
    load_groups(groups=[{"code": "I", "name": "Thực phẩm", "name_en": "Food"}])
    now = timezone.now()
    people.tam(), people.lan()
    producer = make.producer()
    product = make.product("Mật thốt nốt", producer=producer, stars=None)
    certificate = make.certificate(product, decided_on=timezone.localdate() - timedelta(days=100))
    point = make.location("Điểm OCOP Long Xuyên")
    make.stock(product, 10, at_place=point, at=now, lot_code="L1")
    order = make.order((product, 2), payment="counter", location_id=point.pk, at=now)
    till, _token = make.till(point)
    notice = Notice.objects.create(kind="order_placed", key="x", email="lan@example.vn")
    letter = Delivery.objects.create(notice=notice, status="failed", next_try_at=now)
    return World(
        producer=producer, product=product, change=start_change(product=product, by=people.hung()), point=point,
        parcel=order.fulfilments.get(), certificate=certificate, till=till, event=parked(till, product, sequence=7),
        alike=parked(till, product, sequence=8, code="SP-KHAC"), zone=make.tariff(), letter=letter, order=order,
        refund=_owed(product, point), word=given_up(), **_sold(producer, point), **_moving(product, point), **_told(product, point),
        **_carried(point, producer),
        **_banking(product, point),
        **_settled(producer, point), **_boxes(product, point), dispute=disputes.elsewhere(),
    )  # fmt: skip


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def mai(world: World) -> Client:
    return signed_in(people.mai())


@pytest.fixture
def hung(world: World) -> Client:
    return signed_in(people.hung())


@pytest.fixture
def tam(world: World) -> Client:
    return signed_in(people.tam())
