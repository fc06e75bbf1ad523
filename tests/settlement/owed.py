"""Sales of every kind, by the actions that make them."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from marketplace.checkout import actions as checkout
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.partner import actions as partners
from marketplace.partner.models import Agreement
from marketplace.settlement import actions
from marketplace.settlement.models import Entry, Statement
from marketplace.stock import actions as stock
from marketplace.tills import actions as tills
from tests import make, people
from tests.checkout import returns

NOW = make.NOW
LATER = NOW + timedelta(days=1)
NEXT_MONTH = NOW + timedelta(days=20)


def agree(place: Any, producer: Any, *, percent: Any = 15, terms: str = "consignment", **fields: Any) -> Agreement:
    """Since long ago, unless told otherwise."""
    at = fields.pop("at", NOW - timedelta(days=100))
    fields.setdefault("valid_from", timezone.localdate(at))
    percent = Decimal(0) if terms == "firm" else Decimal(percent)
    return partners.agree(
        location=place, producer=producer, terms=terms, commission_percent=percent, period=fields.pop("period", "month"),
        by=people.tam(), at=at, **fields,
    )  # fmt: skip


def deliver(parcel: Fulfilment, at: datetime = NOW) -> None:
    """From the shelf into the buyer's hands."""
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": at}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    if parcel.method == "pickup":
        fulfilment.mark_ready(**about)
        fulfilment.hand_over(**about, code=parcel.code)
    else:
        fulfilment.ship(**about, carrier="VNPost", tracking_number="EE1")
        fulfilment.delivered(**about)


def sold_online(*wanted: Any, at: datetime = NOW, **fields: Any) -> Any:
    """Ordered for cash and delivered."""
    order = make.order(*wanted, payment="cod" if "location_id" not in fields else "counter", at=at, **fields)
    for parcel in order.fulfilments.order_by("pk"):
        deliver(parcel, at)
    return order


def given_back(parcel: Fulfilment, pieces: int = 1, *, at: Any = LATER, keep: bool = False) -> Return:
    """Lan has changed her mind, and has her money."""
    unwanted: dict[str, Any] = {"reason": Return.Reason.UNWANTED, "photographs": [], "at": at}
    asked = returns.ask(parcel, pieces, **unwanted)
    if keep:
        checkout.forgo_return(asked=asked, answer="", by=people.mai(), at=at)
        return asked
    checkout.await_return(asked=asked, way=Return.Way.COUNTER, answer="", by=people.mai(), at=at)
    returns.judge(asked, restocked=pieces, at=at)
    return asked


def sold_at_till(till: Any, *lines: dict[str, Any], kind: str = "sale", at: datetime = NOW, sequence: int = 1) -> UUID:
    """Reported and recorded."""
    body = {"uuid": str(uuid4()), "kind": kind, "lines": json.loads(json.dumps(list(lines)))}
    report = tills.Report(UUID(body["uuid"]), sequence, kind, at, body)
    tills.accept(till=till, reports=[report], at=at)
    tills.record_next(till_id=till.pk, at=at)
    return report.uuid


def buy(product: Any, place: Any, quantity: int, price: int, **fields: Any) -> Any:
    fields.setdefault("at", NOW)
    return stock.receive(
        location=place, product=product, quantity=quantity, unit_price=Decimal(price), by=people.mai(), **fields
    )


def taken_in(at: datetime = NOW) -> list[Entry]:
    assert actions.take_in(at=at)
    return list(Entry.objects.order_by("pk"))


def closed(producer: Any, at: datetime = NEXT_MONTH) -> Statement:
    """The newest statement of the producer after everything was taken in."""
    taken_in(at)
    actions.close(producer_id=producer.pk, at=at)
    return Statement.objects.filter(producer=producer).latest("pk")


def agreed(statement: Statement, at: datetime = NEXT_MONTH) -> Statement:
    """Mai and Hùng have confirmed it."""
    actions.confirm(statement=statement, side=actions.Side.PLACE, by=people.tam(), at=at)
    actions.confirm(statement=statement, side=actions.Side.PRODUCER, by=people.hung(), at=at)
    return statement


def account(producer: Any, *, verified: bool = True) -> Any:
    made = actions.set_account(
        producer=producer, holder="TRAN VAN HUNG", bin="970405", number="6500 2051 2345", by=people.hung(), at=NOW
    )
    if verified:
        actions.verify_account(account=made, by=people.tam(), at=NOW)
    return made
