"""Everything that is refused: never an error page, a sentence in the reader's language, nothing changed, one line in the log."""

import html
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from catalogue.actions import doubt_producer
from marketplace.basket import actions as basket
from marketplace.checkout import actions as checkout
from marketplace.checkout.queries import aims, drafting, travelling
from marketplace.checkout.queries.boxes import BoxGone, CannotWait
from marketplace.fulfilment import actions as fulfilment
from marketplace.payment.gateways.stripe import BadSignature
from marketplace.payment.standin.webhooks import sign
from marketplace.people.phones import WrongPhone
from marketplace.stock.actions import OutOfStock
from tests import make, people
from tests import refusals_of_cash as cash
from tests.checkout import otherwise, returns
from tests.checkout.shortages import missing
from tests.rows import changed, everything
from tests.shopper import TITLE, Ask, Shop, opened

pytestmark = pytest.mark.django_db
SECRET, WEBHOOK, EVENTS = "whsec_of_refusals", "/payment/stripe/webhook/", "/api/v1/tills/events"


@pytest.fixture(params=["vi", "en"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Shop:
    settings.MEDIA_ROOT = tmp_path
    return opened(request.param, tmp_path)


# --- the table: what is asked, how it is answered ---------------------------------------------------------------------


def unknown_page(shop: Shop) -> Ask:
    return shop.get("/catalogue/khong-co_999999/")


def unknown_into_basket(shop: Shop) -> Ask:
    return shop.post("/basket/add/999999/", {"quantity": 1})


def basket_emptied_meanwhile(shop: Shop) -> Ask:
    agreed = shop.agreed()
    basket = shop.visitor.get(shop.at("/basket/")).context["formset"]
    data = {f"form-{name}": value for name, value in basket.management_form.initial.items()}
    shop.post(
        "/basket/", data | {"form-0-id": basket.forms[0].instance.pk, "form-0-quantity": 0, "form-0-DELETE": "on"}
    )()
    return shop.post("/checkout/place/", agreed)


def too_many_into_basket(shop: Shop) -> Ask:
    return shop.post(f"/basket/add/{shop.product.pk}/", {"quantity": 11})


def too_many_on_basket_page(shop: Shop) -> Ask:
    shop.fill()
    basket = shop.visitor.get(shop.at("/basket/")).context["formset"]
    data = {f"form-{name}": value for name, value in basket.management_form.initial.items()}
    return shop.post("/basket/", data | {"form-0-id": basket.forms[0].instance.pk, "form-0-quantity": 11})


def doubted_meanwhile(shop: Shop) -> Ask:
    """The office takes the verification of the seller back while the shopper reads the summary."""
    agreed = shop.agreed()
    doubt_producer(producer=shop.product.producer, reason="Giấy tờ không khớp", by=people.tam(), at=make.NOW)
    return shop.post("/checkout/place/", agreed)


def doubted_into_basket(shop: Shop) -> Ask:
    doubt_producer(producer=shop.product.producer, reason="Giấy tờ không khớp", by=people.tam(), at=make.NOW)
    return shop.post(f"/basket/add/{shop.product.pk}/", {"quantity": 1})


def wrong_phone(shop: Shop) -> Ask:
    return shop.details(phone="0123")


def foreign_phone(shop: Shop) -> Ask:
    return shop.details(phone="+44 20 7946 0958")


def commune_elsewhere(shop: Shop) -> Ask:
    return shop.details(commune=make.commune("Phường Sài Gòn", "79").pk)


def fresh_fish_to_a_door(shop: Shop) -> Ask:
    """Three days on the way, and it keeps for one."""
    fish = make.product("Cá tra tươi", travel_hours_max=24)
    make.stock(fish, 10, at_place=shop.place)
    shop.fill(fish)
    return shop.details()


def pickup_yesterday(shop: Shop) -> Ask:
    yesterday = timezone.localdate() - timedelta(days=1)
    return shop.details(method="pickup", payment="counter", location=shop.place.pk, collect_on=yesterday.isoformat())


def cash_for_spirits(shop: Shop) -> Ask:
    shop.fill(shop.spirit)
    return shop.details(adult="on")


def spirits_for_children(shop: Shop) -> Ask:
    shop.fill(shop.spirit)
    return shop.details(payment="card")


def cancelled_too_late(shop: Shop) -> Ask:
    order = make.order((shop.product, 1), payment="cod", at=timezone.now())
    fulfilment.start_picking(fulfilment=order.fulfilments.get(), by=None, at=timezone.now())
    return shop.post(f"/orders/{order.token}/cancel/", {})


def chosen_after_it_was_settled(shop: Shop) -> Ask:
    return shop.post(f"/missing/{missing(shop.product, shop.place, settled=True).token}/choose/", {"choice": "wait"})


def chosen_what_nobody_offered(shop: Shop) -> Ask:
    return shop.post(f"/missing/{missing(shop.product, shop.place).token}/choose/", {"choice": "beides"})


def forged_webhook(shop: Shop) -> Ask:
    body = json.dumps({"id": "evt_1", "type": "checkout.session.completed", "created": 1, "data": {"object": {}}})
    forged = sign(body, "whsec_of_somebody_else", int(timezone.now().timestamp()))
    return shop.call(WEBHOOK, body.encode(), **{"Stripe-Signature": forged})


def till_with_a_bad_token(shop: Shop) -> Ask:
    body = json.dumps({"events": [make.till_event(shop.product)]})
    return shop.call(EVENTS, body.encode(), Authorization="Bearer khong-phai-ma")


def till_with_a_bad_shape(shop: Shop) -> Ask:
    _till, token = make.till(shop.place, at=timezone.now())
    event = make.till_event(shop.product, line={"quantity": -1})
    return shop.call(EVENTS, json.dumps({"events": [event]}).encode(), Authorization=f"Bearer {token}")


def till_without_json(shop: Shop) -> Ask:
    _till, token = make.till(shop.place, at=timezone.now())
    return shop.call(EVENTS, b"so;ma;soluong", Authorization=f"Bearer {token}")


def returned_without_a_photograph(shop: Shop) -> Ask:
    parcel = returns.collected((shop.product, 1), location_id=shop.place.pk, at=timezone.now())
    said = {"reason": "damaged", f"line-{parcel.lines.get().line_id}": 1}
    return shop.post(f"/orders/{parcel.order.token}/return/{parcel.pk}/", said)


def withdrawn_after_it_was_settled(shop: Shop) -> Ask:
    asked = returns.ask(
        returns.collected((shop.product, 1), location_id=shop.place.pk, at=timezone.now()), at=timezone.now()
    )
    checkout.forgo_return(asked=asked, answer="", by=people.mai(), at=timezone.now())
    return shop.post(f"/orders/{asked.fulfilment.order.token}/returns/{asked.pk}/withdraw/", {})


def pieces_cancelled_too_late(shop: Shop) -> Ask:
    order = make.order((shop.product, 2), payment="cod", at=timezone.now())
    fulfilment.start_picking(fulfilment=order.fulfilments.get(), by=None, at=timezone.now())
    return shop.post(f"/orders/{order.token}/fewer/", {f"line-{order.lines.get().pk}": 1})


@dataclass(frozen=True)
class Refusal:
    """The answer's status, the sentence (asked for in the reader's language), and the code that machines and the log see."""

    asked: Callable[[Shop], Ask]
    status: int
    sentence: Callable[[], Any]
    code: str


def only(available: int, wanted: int) -> OutOfStock:
    return OutOfStock(product_id=0, title=TITLE, available=available, wanted=wanted)


TABLE = [
    Refusal(unknown_page, 404, lambda: _("Nothing stands at this address"), "Not Found"),
    Refusal(unknown_into_basket, 404, lambda: _("Nothing stands at this address"), "Not Found"),
    Refusal(otherwise.checkout_of_nothing, 200, drafting.EmptyBasket, "empty_basket"),
    Refusal(basket_emptied_meanwhile, 200, drafting.EmptyBasket, "empty_basket"),
    Refusal(too_many_into_basket, 200, lambda: only(10, 11), "out_of_stock"),
    Refusal(too_many_on_basket_page, 200, lambda: only(10, 11), "quantity out_of_stock"),
    Refusal(otherwise.sold_meanwhile, 200, lambda: only(3, 4), "out_of_stock"),
    Refusal(otherwise.dearer_meanwhile, 200, lambda: checkout.PricesChanged(total="330.000\u00a0₫"), "prices_changed"),
    Refusal(otherwise.later_meanwhile, 200, checkout.PlanChanged, "plan_changed"),
    Refusal(otherwise.all_of_it_delivered_and_some_collected, 400, drafting.NotDivided, "collected not_divided"),
    Refusal(otherwise.cash_for_two_ways, 400, drafting.PaidAhead, "payment paid_ahead"),
    Refusal(otherwise.withdrawn_meanwhile, 200, lambda: drafting.NotForSale(title=TITLE), "not_for_sale"),
    Refusal(doubted_meanwhile, 200, lambda: drafting.NotForSale(title=TITLE), "not_for_sale"),
    Refusal(
        doubted_into_basket, 200, lambda: _("This product is not for sale at the moment."), "__all__ not_permitted"
    ),
    Refusal(
        otherwise.box_without_a_part,
        200,
        lambda: OutOfStock(product_id=0, title="Mật ong", available=0, wanted=1),
        "out_of_stock",
    ),
    Refusal(
        otherwise.box_with_a_part_not_sold, 200, lambda: basket.BoxNotForSale(title="Hộp quà Tết"), "box_not_for_sale"
    ),
    Refusal(otherwise.box_taken_out_meanwhile, 200, lambda: BoxGone(title="Hộp quà Tết"), "box_gone"),
    Refusal(
        otherwise.fish_that_cannot_wait_for_the_box, 400, lambda: CannotWait(title="Cá tra tươi"), "box_cannot_wait"
    ),
    Refusal(wrong_phone, 400, WrongPhone, "phone wrong_phone"),
    Refusal(foreign_phone, 400, WrongPhone, "phone wrong_phone"),
    Refusal(commune_elsewhere, 400, aims.WrongPlace, "commune invalid_choice"),
    Refusal(pickup_yesterday, 400, aims.PickupDatePast, "collect_on pickup_date_past"),
    Refusal(
        fresh_fish_to_a_door,
        400,
        lambda: travelling.TooFar(title="Cá tra tươi", province=str(make.commune().province)),
        "province too_far",
    ),
    Refusal(cash_for_spirits, 400, drafting.NoCashForAlcohol, "payment no_cash_for_alcohol"),
    Refusal(
        otherwise.too_little_for_a_card,
        400,
        lambda: drafting.TooLittleForCard(limit="15.000\u00a0₫"),
        "payment too_little_for_card",
    ),
    Refusal(
        otherwise.pieces_gone_before_the_card_was_asked,
        200,
        lambda: checkout.BelowMinimum(total="9.000\u00a0₫", limit="15.000\u00a0₫"),
        "order_below_card_minimum",
    ),
    Refusal(spirits_for_children, 400, drafting.AdultsOnly, "adult adults_only"),
    Refusal(chosen_after_it_was_settled, 200, checkout.NothingToChoose, "shortage_settled"),
    Refusal(chosen_what_nobody_offered, 200, lambda: _("Please choose one of the two."), "choice"),
    Refusal(returned_without_a_photograph, 400, checkout.PhotographMissing, "return_without_photograph"),
    Refusal(otherwise.returned_when_nothing_is_left, 400, checkout.ReturnClosed, "return_closed"),
    Refusal(otherwise.returned_too_often, 400, lambda: checkout.TooManyReturns(number=10), "return_too_often"),
    Refusal(withdrawn_after_it_was_settled, 200, lambda: checkout.ReturnMoved(status=_("Paid back")), "return_moved"),
    Refusal(
        pieces_cancelled_too_late,
        200,
        lambda: checkout.TooManyToCancel(title=TITLE, left=0, wanted=1),
        "cancel_too_many",
    ),
    Refusal(
        otherwise.fewer_than_its_price_is_for,
        200,
        lambda: checkout.QuantityPrice(title=TITLE, least=3),
        "cancel_quantity_price",
    ),
    Refusal(otherwise.fewer_of_what_an_offer_made_cheaper, 200, otherwise.offer_holds, "cancel_offer_holds"),
    Refusal(cancelled_too_late, 200, checkout.PickingBegun, "picking_begun"),
    *(Refusal(*row) for row in cash.TABLE),
    Refusal(forged_webhook, 400, BadSignature, "payment.bad_signature"),
    Refusal(till_with_a_bad_token, 401, lambda: _("The token is missing, unknown or revoked."), "bad_token"),
    Refusal(till_with_a_bad_shape, 422, lambda: _("The body does not have the expected shape."), "wrong_shape"),
    Refusal(till_without_json, 400, lambda: _("The body is not valid JSON."), "not_json"),
]


@pytest.mark.parametrize("refusal", TABLE, ids=lambda one: one.asked.__name__)
def test_it_is_said_logged_once_and_changes_nothing(refusal: Refusal, shop: Shop, caplog: Any, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    ask, before = refusal.asked(shop), everything()
    caplog.clear()
    with caplog.at_level(logging.INFO):
        answer = ask()
    assert answer.status_code == refusal.status
    assert changed(before) == set()
    [line] = [record.getMessage() for record in caplog.records]
    assert refusal.code in line and "0912" not in line and "Lan" not in line
    said = html.unescape(answer.content.decode())
    assert sentence(refusal, shop.language) in said
    assert sentence(refusal, "vi") != sentence(refusal, "en")
    if answer["Content-Type"].startswith("application/"):
        problem = answer.json()
        assert answer["Content-Type"].startswith("application/problem+json")
        assert (problem["code"], problem["status"]) == (refusal.code, refusal.status)
        assert problem["title"] == sentence(refusal, shop.language)


def sentence(refusal: Refusal, language: str) -> str:
    with translation.override(language):
        return str(refusal.sentence())
