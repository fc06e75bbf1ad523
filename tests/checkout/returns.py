"""What the tests of returns begin with: goods that were handed over, and a buyer who wants to give some back."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from catalogue.pictures import Photograph, checked
from marketplace.checkout import actions
from marketplace.fulfilment import actions as fulfilments
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.order.models import Order
from tests import make, people

NOW = make.NOW
Reason, Way, Status = Return.Reason, Return.Way, Return.Status


def photograph() -> Photograph:
    out = BytesIO()
    Image.new("RGB", (640, 480), "#b5651d").save(out, "JPEG")
    return checked(out, "vo.jpg", out.tell())


def collected(*wanted: Any, at: Any = NOW, **fields: Any) -> Fulfilment:
    """Lan has the goods and has paid them at the counter, or before by card."""
    order = make.order(*wanted, at=at, **{"payment": "counter"} | fields)
    return hand_over(order, at=at)


def hand_over(order: Order, at: Any = NOW) -> Fulfilment:
    parcel = order.fulfilments.get()
    about: dict[str, Any] = {"fulfilment": parcel, "by": people.mai(), "at": at}
    fulfilments.start_picking(**about)
    fulfilments.pack(**about)
    if parcel.method == "pickup":
        fulfilments.mark_ready(**about)
        fulfilments.hand_over(**about, code=parcel.code)
    else:
        fulfilments.ship(**about, carrier="VNPost", tracking_number="EE1")
        fulfilments.delivered(**about)
    return parcel


def ask(parcel: Fulfilment, pieces: int = 1, reason: str = Reason.DAMAGED, at: Any = NOW, **fields: Any) -> Return:
    """Of each line so many pieces."""
    wanted = fields.pop("wanted", None) or {part.line_id: pieces for part in parcel.lines.all()}
    photographs = fields.pop("photographs", [photograph()])
    facts = {"reason": reason, "words": "Nắp bị bật", "photographs": photographs, "by": None, "at": at} | fields
    return actions.ask_return(parcel=parcel, pieces=wanted, **facts)


def awaited(parcel: Fulfilment, pieces: int = 1, way: str = Way.COUNTER, **fields: Any) -> Return:
    asked = ask(parcel, pieces, **fields)
    actions.await_return(asked=asked, way=way, answer="Gửi VNPost, thu cước người nhận", by=people.mai(), at=NOW)
    return asked


def judge(asked: Return, restocked: int = 0, spoiled: int = 0, at: Any = NOW) -> None:
    """The same of every line."""
    judged = {one.pk: actions.Judged(restocked, spoiled) for one in asked.lines.all()}
    actions.take_in_return(asked=asked, judged=judged, by=people.mai(), at=at)


def at_counter(place: Any, at: Any = NOW) -> Return:
    """Lan collected tea at the place, and found it broken."""
    tea = make.product("Trà xạ đen", stars=None)
    make.stock(tea, 2, at_place=place, at=at)
    return ask(collected((tea, 2), location_id=place.pk, at=at), at=at)


def paid_out(place: Any, at: Any = NOW) -> Return:
    """She need not bring it, and has the money out of the drawer."""
    asked = at_counter(place, at)
    actions.forgo_return(asked=asked, answer="", by=people.mai(), at=at)
    actions.pay_out_return(asked=asked, by=people.mai(), at=at)
    return asked


def every_letter() -> None:
    """A return by each way, in each state, reminded of and forgotten; and an order that lost a piece, paid and not."""
    goods = make.product("Khô cá lóc & mắm", stars=None)
    place = make.stock(goods, 40)
    kept, back, sent, silent, refused, free = (
        collected((goods, 2), location_id=place.pk) for _number in range(6)
    )  # fmt: skip
    actions.forgo_return(asked=ask(kept, reason=Reason.WRONG), answer="Xin lỗi chị.", by=people.mai(), at=NOW)
    judge(awaited(back), restocked=1)
    on_its_way = awaited(sent, way=Way.CARRIER)
    actions.return_sent(asked=on_its_way, tracking="VNPost EE2", by=None, at=NOW)
    awaited(silent)
    actions.decline_return(asked=ask(refused, words=""), answer="Ảnh không rõ.", by=people.mai(), at=NOW)
    ask(free)
    by_cod = collected((goods, 2), payment="cod")
    for asked in (ask(by_cod), ask(by_cod)):
        actions.forgo_return(asked=asked, answer="", by=people.mai(), at=NOW)
    for days in (3, 9, 12):
        actions.follow_returns(at=NOW + timedelta(days=days))
    for reason, payment in (("shopper", "cod"), ("Hàng bị móp", "counter")):
        order = make.order((goods, 2), payment=payment, **({"location_id": place.pk} if payment == "counter" else {}))
        Order.objects.filter(pk=order.pk, payment_method="counter").update(paid_at=NOW)
        order.refresh_from_db()
        pieces = {line.pk: 1 for line in order.lines.all()}
        actions.cancel_pieces(order=order, pieces=pieces, by=None, reason=reason, at=NOW)
