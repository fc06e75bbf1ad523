"""A shop that can be shown: everything invented says so, and loading it twice changes nothing."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue.models import Product
from config.demonstration.logins import LOGINS, PASSWORD
from marketplace.boxes.models import Box
from marketplace.boxes.queries import offers
from marketplace.certificates.models import Certificate
from marketplace.fulfilment.models import Fulfilment
from marketplace.locations.models import Location, OpeningHours
from marketplace.order.models import Order
from marketplace.partner.models import Agreement, Partner, StockRecord
from marketplace.payment.models import BankAccount as OfficeAccount
from marketplace.people import sign_in
from marketplace.places.models import Province
from marketplace.settlement.models import BankAccount, Entry, Statement
from marketplace.settlement.queries.payable import payable
from marketplace.shipping.models import Carrier, FreeDelivery, Tariff, TariffStep, Zone
from marketplace.shipping.queries import quote, rates
from marketplace.stock.queries import available, movements
from tests.checkout.rules import broken

pytestmark = pytest.mark.django_db
REGISTER = "marketplace/certificates/data/register.csv"
COUNTED = (
    Product, Certificate, OfficeAccount, Location, OpeningHours, Partner, StockRecord, Zone, Carrier, Tariff, TariffStep, FreeDelivery, Agreement,
    Statement, Entry, BankAccount, Order, Fulfilment, Box,
)  # fmt: skip


@pytest.fixture
def shown(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = True
    call_command("load_register", REGISTER, province="An Giang")
    call_command("load_demonstration")


def test_a_shop_that_is_not_shown_takes_none_of_it(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demonstration")
    assert not Location.objects.exists()


def test_what_is_invented_says_so(shown: None) -> None:
    today = timezone.localdate()
    live = Certificate.objects.live_on(today)
    assert live.filter(demonstration=True).count() in range(35, 46)
    assert live.filter(demonstration=False).count() < 5
    assert Location.objects.sales_points().filter(demonstration=True).count() == 6
    assert not Location.objects.filter(demonstration=False).exists()
    priced = Product.objects.filter(stockrecords__price__isnull=False)
    assert priced.count() > 100 and not priced.filter(demonstration=False).exists()
    assert BankAccount.objects.get().demonstration
    assert all(row.balance.lot.demonstration for row in movements(limit=20))


def test_some_goods_are_there_and_some_are_sold_out(shown: None) -> None:
    units = available(Product.objects.listed().values_list("pk", flat=True))
    assert sum(1 for there in units.values() if there) > 80
    assert 5 < sum(1 for there in units.values() if not there) < 20


def test_a_month_is_settled_and_says_that_it_is_invented(shown: None) -> None:
    assert Agreement.objects.count() > 15 and not Agreement.objects.filter(demonstration=False).exists()
    assert not Statement.objects.filter(demonstration=False).exists()
    one = Statement.objects.earliest("ends_on")
    assert (one.state, one.closing > 0) == ("confirmed", True)
    assert [(row.may_be_paid, row.account and row.account.demonstration) for row in payable()] in ([(True, True)], [])
    assert all("minh họa" in title for title in one.entries.values_list("title", flat=True))


def test_two_carriers_take_parcels_and_one_is_on_its_way(shown: None) -> None:
    assert Carrier.objects.filter(demonstration=True).count() == 2 == Carrier.objects.count()
    home = Province.objects.get(code="91").pk
    assert quote(home, [900], on=timezone.localdate()).amount == 18_000  # type: ignore[union-attr]
    fish = Product.objects.filter(keep_cool=True).first()
    assert fish and rates(Province.objects.get(code="01").pk, on=timezone.localdate()).too_delicate([fish]) == [fish]
    assert all("minh họa" in one.name for one in Carrier.objects.all())  # wherever a person reads it
    sent = Fulfilment.objects.get(by_carrier__demonstration=True)
    assert sent.cash_told and "minh họa" in sent.order.contact_name and broken(timezone.now()) == []


def test_two_gift_boxes_of_several_producers_are_in_the_shop(shown: None) -> None:
    found = offers(Box.objects.opened().filter(demonstration=True), timezone.localdate())
    makers = [{one.product.producer_id for one in each.contents} for each in found]
    assert sorted(map(len, makers)) == [2, 3]
    assert all("(minh họa)" in each.box.title for each in found)


def test_twice_changes_nothing(shown: None) -> None:
    before = [list(model.objects.order_by("pk").values()) for model in COUNTED]
    units = available(Product.objects.values_list("pk", flat=True))
    call_command("load_demonstration")
    assert [list(model.objects.order_by("pk").values()) for model in COUNTED] == before
    assert available(Product.objects.values_list("pk", flat=True)) == units


def test_each_role_can_sign_in(shown: None) -> None:
    people = [sign_in.EmailOrPhone().authenticate(None, login.email, PASSWORD) for login in LOGINS]
    assert [person is not None for person in people] == [True] * 4
