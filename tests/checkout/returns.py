"""What the tests of returns begin with: goods that were handed over, and a buyer who wants to give some back."""

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
