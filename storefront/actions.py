"""The shop's own pages come to be; a shopper's account goes; messages go as their readers wish."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page, Site

from marketplace.errors import Refused
from marketplace.notices import actions as notices
from marketplace.order import actions as orders
from marketplace.order.models import Order
from marketplace.people import actions as people
from marketplace.people.models import User

from .models import ContentPage, HomePage

WORDS = Path(__file__).parent / "pages"
LANGUAGES = ("vi", "en")


@transaction.atomic
def load_pages() -> int:
    """There is a home page in both languages, with the pages of text below it; returns how many were made.

    What is there already belongs to its editors and stays as it is.
    """
    homes = {language: _home(language) for language in LANGUAGES}
    made = sum(is_new for _page, is_new in homes.values())
    for path in sorted(WORDS.glob("*.html")):
        slug, language, _html = path.name.split(".")
        made += _text(homes[language][0], slug, path)
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": homes["vi"][0]})
    Page.objects.filter(depth=2, slug="home", content_type__model="page").delete()  # Wagtail's own welcome
    return made


def _home(language: str) -> tuple[HomePage, bool]:
    locale, _new = Locale.objects.get_or_create(language_code=language)
    there = HomePage.objects.filter(locale=locale).first()
    if there:
        return there, False
    origin = HomePage.objects.first()
    page = HomePage(slug=f"trang-chu-{language}", locale=locale, **_first_words(language))
    page.translation_key = origin.translation_key if origin else page.translation_key
    return Page.objects.get(depth=1).add_child(instance=page), True


def _first_words(language: str) -> dict[str, Any]:
    words: dict[str, Any] = json.loads((WORDS / "home.json").read_text(encoding="utf-8"))[language]
    rows = words.pop("rows")
    return words | {"body": [("products", {"title": title, "show": show, "group": None}) for show, title in rows]}


def _text(home: HomePage, slug: str, path: Path) -> bool:
    """The page of that address; an earlier page of the same address is its translation."""
    if ContentPage.objects.child_of(home).filter(slug=slug).exists():
        return False
    title, html = path.read_text(encoding="utf-8").split("\n", 1)
    page = ContentPage(title=title, slug=slug, locale_id=home.locale_id, body=html)
    origin = ContentPage.objects.filter(slug=slug).first()
    page.translation_key = origin.translation_key if origin else page.translation_key
    home.add_child(instance=page)
    return True


class OrdersUnderWay(Refused):
    """Somebody must still be able to reach the shopper."""

    sentence = _("An order of yours is under way. Please erase the account when it is done or cancelled.")
    code = "orders_under_way"


@transaction.atomic
def erase_account(*, user: User, at: datetime) -> None:
    """The account is nobody's any more. Orders stay as long as the law asks (Law 122/2025/QH15: 24 months)."""
    open_states = (Order.Status.AWAITING_PAYMENT, Order.Status.CONFIRMED)
    if Order.objects.for_shopper(user).filter(status__in=open_states).exists():
        raise OrdersUnderWay
    people.erase(user=user, at=at)
    user.baskets.all().delete()
    user.addresses.all().delete()
    user.wishlists.all().delete()


@transaction.atomic
def choose_messages(*, user: User, wishes: dict[str, Any], language: str) -> None:
    """Whoever has an account hears from the shop in these ways and this language."""
    people.speak(user=user, language=language)
    notices.prefer(of={"user": user}, wishes=wishes, email=user.email or "", phone=user.phone or "", by=user)


@transaction.atomic
def choose_order_messages(*, order: Order, wishes: dict[str, Any], language: str, by: User | None) -> None:
    """The guest of this order hears of it in these ways and this language."""
    locked = orders.lock(order.pk)
    orders.speak(order=locked, language=language)
    notices.prefer(of={"about": locked.number}, wishes=wishes, email=locked.email, phone=locked.phone, by=by)
