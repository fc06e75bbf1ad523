"""Every kind of notice that the code can tell has its words, in both languages, and they read well with real facts."""

import ast
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.urls import resolve

from catalogue import actions as listings
from marketplace.certificates import actions as certificates
from marketplace.checkout import actions as checkout
from marketplace.checkout import notices as conductor
from marketplace.fulfilment import actions as fulfilment
from marketplace.fulfilment.models import ShortLine
from marketplace.notices.kinds import KINDS, Group
from marketplace.notices.letters import Letter, letter, sample
from marketplace.notices.models import Notice
from marketplace.order.models import Order
from marketplace.payment.models import Refund
from marketplace.people.models import User
from marketplace.people.notices import password_reset_asked
from marketplace.stock import actions as stock
from marketplace.stock import queries
from marketplace.stock.actions import reserving, reviewing
from marketplace.stock.queries import short
from marketplace.tills import actions as tills
from marketplace.tills.models import Till
from storefront.templatetags.codes import LETTERS
from tests import house, make, people

NOW, TODAY = make.NOW, make.TODAY
WORDS = house.ROOT / "storefront" / "templates" / "notices"
FILES = {"subject.txt", "body.txt", "body.html", "sample.json"}  # and sms.txt where a phone may ring
TELLERS = {
    "tell",
    "_tell",
    "_tell_producer",
    "_telling",
    "Telling",
    "tell_buyer",
    "for_buyer",
    "_about",
    "_about_lot",
    "_waits",
}
# What an empty fact leaves behind, or a place that nobody filled.
GAPS = re.compile(
    r"∅|None|%\(|\{\{|“\s*”|\(\s*\)|\(\s|\s[,.;)]|,\s*[,.]|  +\S|\b(?:decision|by|of|at|with|from|until|lúc|tại) *[,.)]"
)


def told_in_the_code() -> set[str]:
    """The kinds that the notices modules name, whatever way they tell them."""
    found = set()
    for module in house.modules("catalogue", "marketplace", "storefront"):
        for call, name in house.calls(module):
            if name in TELLERS and module.kind == "notices":
                named = [*call.args[:2], *(keyword.value for keyword in call.keywords if keyword.arg == "kind")]
                texts = [node.value for node in named if isinstance(node, ast.Constant) and isinstance(node.value, str)]
                found |= {text for text in texts[:1] if re.fullmatch("[a-z]+(_[a-z]+)+", text)}
    return found


def test_every_kind_has_its_words_and_no_words_are_left_over() -> None:
    kinds = told_in_the_code()
    assert len(kinds) > 14
    assert {folder.name for folder in WORDS.iterdir() if folder.is_dir()} == kinds == set(LETTERS) == set(KINDS)
    for kind in kinds:
        short = set() if KINDS[kind].group == Group.SECURITY else {"sms.txt"}
        assert {path.name for path in (WORDS / kind).iterdir()} == FILES | short, kind


# --- every kind once and more, told by what tells it -------------------------------------------------------------------


def _goods(**fields: Any) -> Any:
    product = make.product("Khô cá lóc & mắm", stars=None, **fields)
    product.place = make.stock(product, 10)
    return product


def _orders() -> None:
    """Paid by card, collected at a counter, brought home for cash; cancelled for every reason; money given back."""
    paid = make.order((_goods(), 1))
    conductor.paid(paid)
    conductor.declined(paid, attempt=1)
    source = paid.sources.create(source_type_id=1, amount_allocated=paid.total_incl_tax)
    for reason in ("paid-twice", "paid-late", "wrong-amount", "short", "cancelled"):
        conductor.refunded(Refund(source=source, amount=paid.total_incl_tax, reason=reason, key=reason))
    by_hand = Refund(source=source, amount=paid.total_incl_tax, reason="cancelled", key="by-hand")
    conductor.refunded(by_hand, by_hand=True)
    conductor.refund_returned(by_hand)
    conductor.refund_failed(by_hand)
    goods = _goods()
    make.order((goods, 1), payment="counter", location_id=make.location().pk)  # brought there from where the goods are
    pickup = make.order((goods, 2), payment="counter", location_id=goods.place.pk, collect_on=TODAY + timedelta(days=2))
    conductor.paid(make.order((goods, 1), location_id=make.location().pk))
    fulfilment.tell_of_pickups(at=NOW + timedelta(days=9))  # late
    _along(pickup)
    lost = make.order((_goods(), 1), payment="cod")
    _along(lost, until="handed to the carrier")
    fulfilment.fail(fulfilment=lost.fulfilments.get(), by=people.mai(), reason="khách đi vắng", at=NOW)
    waits = make.order((goods, 1), payment="counter", location_id=goods.place.pk)
    _along(waits, until="ready at the counter")
    fulfilment.tell_of_pickups(at=NOW + timedelta(days=waits.fulfilments.get().location.pickup_days))
    _along(make.order((_goods(), 1), payment="cod"))
    for reason in (*Order.Because.values, "Khách gọi điện xin hủy"):
        order = make.order((_goods(), 1))
        order.cancel_reason = reason
        conductor.cancelled(order, refund=reason == Order.Because.SOLD_OUT)
    checkout.cancel(
        order=make.order((_goods(), 1), payment="cod"), by=people.lan(), reason=Order.Because.SHOPPER, at=NOW
    )


def _missing() -> None:
    """A till sells promised pieces: money back asked for, by itself, of what was paid and was not; and found again."""
    for number, payment in enumerate(("card", "cod", "cod", "cod")):
        goods = _goods()
        order = make.order((goods, 3), payment=payment)
        Order.objects.filter(pk=order.pk, payment_method="card").update(paid_at=NOW)
        lines = [stock.Sold(goods.pk, None, 9)]
        stock.sell(location_id=goods.place.pk, lines=lines, key=f"missing:{number}", at=NOW, device="till:1")
        for case_id in short.open_cases():
            checkout.mend(case_id=case_id, at=NOW)
        row = ShortLine.objects.waiting().get()
        if number == 3:  # one of two, then the other
            for _each in range(2):
                make.stock(goods, 1, at_place=goods.place)
                checkout.serve_waiting(at=NOW)
        elif number == 2:
            checkout.give_up_overdue(at=NOW + timedelta(days=9))
        else:
            checkout.answer_shortage(short=row, choice="money", by=None, at=NOW)


def _along(order: Order, until: str = "") -> None:
    about: dict[str, Any] = {"fulfilment": order.fulfilments.get(), "by": people.mai(), "at": NOW}
    fulfilment.start_picking(**about)
    fulfilment.pack(**about)
    if order.is_pickup:
        fulfilment.mark_ready(**about)
        if not until:
            fulfilment.hand_over(**about, code=about["fulfilment"].code)
    else:
        fulfilment.ship(**about, carrier="VNPost", tracking_number="EE1")
        if not until:
            fulfilment.delivered(**about)


def _goods_and_listings() -> None:
    product = _goods(description="Ngon", net_quantity="500 g", origin="An Giang", ingredients="Cá", storage="Mát",
                     shelf_life_days=90)  # fmt: skip
    for approve in (True, False):
        change = listings.start_change(product=product, by=people.hung())
        listings.submit(change=change, by=people.hung(), at=NOW + timedelta(hours=approve))
        if approve:
            listings.approve(change=change, by=people.tam(), at=NOW)
        else:
            listings.reject(change=change, reason="Ảnh mờ", by=people.tam(), at=NOW)
    about: dict[str, Any] = {"producer": product.producer, "by": people.tam(), "at": NOW}
    listings.doubt_producer(**about, reason="Giấy đăng ký không khớp")
    listings.verify_producer(**about)
    product.stockrecords.update(low_stock_threshold=5)
    make.order((product, 6), payment="cod")
    for number, pieces in enumerate((6, 9)):  # more than is free, then more than is there
        lines = [stock.Sold(product.pk, None, pieces)]
        stock.sell(location_id=product.place.pk, lines=lines, key=f"till:{number}", at=NOW, device="till:1")


def _goods_on_the_move() -> None:
    """Sent, short on arrival; recalled, with a buyer who has some at home; sound after all."""
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
    checkout.recall(lot_id=lot.pk, reason="Phát hiện nấm mốc.", **about)
    stock.recall.thaw(lot_id=lot.pk, reason="Mẫu kiểm nghiệm đạt.", **about)


def _stars_and_passwords() -> None:
    """With a decision's number, and without one as some registers have it."""
    for number in ("12/QĐ-UBND", ""):
        for days in (30, 400):
            certificate = make.certificate(_goods(), decided_on=TODAY - timedelta(days=900))
            certificate.decision_number, certificate.expires_on = number, TODAY + timedelta(days=days)
            certificate.save(update_fields=["decision_number", "expires_on"])
        certificates.revoke(certificate=certificate, decision="7/QĐ-UBND", on=TODAY, by=people.tam())
    certificates.remind(on=TODAY)
    password_reset_asked(people.lan(), f"{settings.SITE_URL}/accounts/password/x/y/", NOW)


def _to_look_at() -> None:
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


@pytest.fixture
def every_notice(db: None) -> list[Notice]:
    people.tam()
    User.objects.filter(pk=people.mai().pk).update(language="en")
    _orders()
    _missing()
    _goods_and_listings()
    _goods_on_the_move()
    _stars_and_passwords()
    _to_look_at()
    return list(Notice.objects.order_by("pk"))


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that no fact answers to shows itself."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "∅")


def _read(notice: Notice, language: str) -> Letter:
    notice.language = language
    return letter(notice)


def test_every_kind_reads_well_in_both_languages(every_notice: list[Notice], strict: None) -> None:
    assert {notice.kind for notice in every_notice} == told_in_the_code()
    for notice in every_notice:
        vi, en = _read(notice, "vi"), _read(notice, "en")
        for one in (vi, en):
            plain = re.sub(r"<[^>]+>", "|", one.html)
            for text in (one.subject, *one.text.splitlines(), *plain.splitlines()):
                assert not GAPS.search(text.strip()), (notice.kind, text)
            assert one.subject and settings.SITE_URL in one.text and settings.SITE_URL in one.html
            assert "&amp;" not in one.subject + one.text and "lóc & mắm" not in one.html  # escaped in HTML alone
        assert vi.subject != en.subject and vi.text != en.text, notice.kind


def test_samples_hold_the_facts_that_are_told(every_notice: list[Notice]) -> None:
    """What the office looks at is filled as the real message is; only a guest's carries the address of the wishes."""
    told: dict[str, set[str]] = {}
    for notice in every_notice:
        told.setdefault(notice.kind, set()).update(set(notice.facts) - {"choices_url"})
    assert {kind: set(sample(kind, "vi").facts) - {"choices_url"} for kind in told} == told


def test_nothing_stays_untranslated(every_notice: list[Notice]) -> None:
    """Whatever a Vietnamese letter shares with the English one is a fact or an address, never a sentence."""
    for notice in every_notice:
        facts = str(notice.facts)
        vi, en = (_read(notice, language).text.splitlines() for language in ("vi", "en"))
        same = {line for line in vi if line.strip() and line in en}
        assert [line for line in same if not _a_fact(line, facts)] == [], notice.kind


def _a_fact(line: str, facts: str) -> bool:
    return line in (settings.OSCAR_SHOP_NAME, settings.SITE_URL, "--") or line.strip("- ") in facts or "×" in line


def test_links_lead_where_the_reader_reads(every_notice: list[Notice]) -> None:
    """An address in a letter is that of a page, in the language of the letter: Mai reads English."""
    for notice in every_notice:
        link = str(notice.facts.get("url") or notice.facts["link"])
        assert link.startswith(f"{settings.SITE_URL}/en/" if notice.language == "en" else f"{settings.SITE_URL}/"), link
        assert resolve(link.removeprefix(settings.SITE_URL)), notice.kind
        assert ("/en/" in link) == (notice.language == "en")
    assert {notice.kind for notice in every_notice if notice.language == "en"} == {
        "lot_frozen",
        "lot_thawed",
        "order_new",
        "stock_reviewed",
        "stock_short",
        "stock_uncounted",
        "till_silent",
        "transfer_short",
        "transfer_wanted",
    }
