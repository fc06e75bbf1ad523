"""The inbox, and how somebody wants to hear: Lan with an account, a guest with the link of an order, Mai at her point."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from marketplace.notices.actions import Recipient, tell
from marketplace.notices.letters import sample
from marketplace.notices.models import Notice, Preference
from tests import make, people
from tests.rows import changed, everything

from .conftest import Shop

pytestmark = pytest.mark.django_db
INBOX, HOW = "/accounts/messages/", "/accounts/messages/how/"


@pytest.fixture(autouse=True)
def _channels(settings: Settings, tmp_path: Any) -> None:
    settings.SMS_URL, settings.ZNS_URL, settings.QUIET_HOURS = (
        f"file://{tmp_path}/s",
        f"file://{tmp_path}/z",
        "21:00-07:00",
    )


@pytest.fixture
def lan(client: Client) -> Client:
    client.force_login(people.lan())
    return client


def write(kind: str = "order_ready", key: str = "1", to: Any = None) -> Notice:
    tell(kind=kind, key=key, to=Recipient.of(to or people.lan()), facts=sample(kind, "vi").facts, at=timezone.now())
    return Notice.objects.get(key=f"{kind}:{key}")


def test_what_was_written_stands_there_without_greeting_and_in_the_pages_language(lan: Client) -> None:
    notice = write()
    text = lan.get(INBOX).content.decode()
    assert "407812" in text and "Xin chào" not in text and "sẵn sàng" in text
    english = lan.get(f"/en{INBOX}").content.decode()
    assert "is ready for pickup" in english and f'href="{notice.facts["url"]}"' in english


def test_it_is_marked_as_read_one_and_all(lan: Client) -> None:
    first = write()
    write("order_shipped"), write("order_paid")
    assert lan.get(INBOX).context["unread"] == 3
    assert lan.post(f"{INBOX}{first.pk}/read/").status_code == 302
    assert lan.get("/accounts/").context["unread"] == 2
    lan.post(f"{INBOX}read/")
    assert lan.get(INBOX).context["unread"] == 0 and Notice.objects.unread().count() == 0


def test_nobody_reads_or_marks_what_others_got(lan: Client) -> None:
    theirs = write(to=people.khoa())
    before = everything()
    assert "407812" not in lan.get(INBOX).content.decode()
    assert lan.post(f"{INBOX}{theirs.pk}/read/").status_code == 404
    assert changed(before) == set()
    assert Client().get(INBOX).status_code == 302


def test_a_secret_link_is_no_reading_matter(lan: Client) -> None:
    notice = write("password_reset_asked")
    assert notice.facts["link"] not in lan.get(INBOX).content.decode()


@pytest.mark.parametrize("number", [1, 20])
def test_the_inbox_asks_the_same_number_of_queries(lan: Client, django_assert_num_queries: Any, number: int) -> None:
    for key in range(number):
        write(key=str(key))
    lan.get(INBOX)
    with django_assert_num_queries(6):  # session, person, basket, how many, these, unread
        lan.get(INBOX)


def test_the_inbox_has_pages(lan: Client) -> None:
    for key in range(21):
        write(key=str(key))
    assert len(lan.get(INBOX).context["rows"]) == 20 and len(lan.get(f"{INBOX}?page=2").context["rows"]) == 1


@pytest.mark.parametrize("page", ["/", "/catalogue/", "/points/"])
def test_pages_of_the_shop_do_not_count_messages(
    lan: Client, shop: Shop, page: str, django_assert_num_queries: Any
) -> None:
    write()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert lan.get(page).status_code == 200
    assert not [one for one in asked.captured_queries if "notices_" in one["sql"]]


def choose(client: Client, url: str = HOW, **wishes: Any) -> Any:
    form = client.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in (data | wishes).items() if value not in (None, False, "")}
    return client.post(url, data)


def test_lan_hears_by_sms_alone_in_english_from_now_on(lan: Client) -> None:
    assert choose(lan, orders_email=False, orders_phone="sms", language="en").status_code == 302
    row = Preference.objects.get(user=people.lan())
    assert (row.orders_email, row.orders_phone, row.work_email) == (False, "sms", True)
    assert people.lan().language == "en"
    assert list(write().deliveries.values_list("channel", flat=True)) == ["sms"]


@pytest.mark.parametrize(
    "wishes",
    [{"orders_email": False, "orders_phone": ""}, {"quiet_from": "22:00"}, {"orders_phone": "fax"}, {"language": "de"}],
)
def test_what_cannot_be_is_said_and_changes_nothing(lan: Client, wishes: dict[str, Any]) -> None:
    before = everything()
    answer = choose(lan, **wishes)
    assert answer.status_code == 200 and answer.context["form"].errors
    assert changed(before) == set()


def test_who_has_no_desk_is_not_asked_about_work(lan: Client, shop: Shop) -> None:
    assert "work_email" not in lan.get(HOW).context["form"].fields
    mai = Client()
    mai.force_login(people.mai())
    assert choose(mai, work_email=False, work_phone="sms", quiet_from="20:00", quiet_until="06:30").status_code == 302
    row = Preference.objects.get(user=people.mai())
    assert (row.work_email, row.work_phone, str(row.quiet_from)) == (False, "sms", "20:00:00")


def test_only_channels_that_there_are_can_be_chosen(lan: Client, settings: Settings) -> None:
    settings.ZNS_URL = ""
    form = lan.get(HOW).context["form"]
    assert [value for value, _label in form.fields["orders_phone"].choices] == ["", "sms"]
    assert form["orders_phone"].value() == "sms"
    settings.SMS_URL = ""
    assert "orders_phone" not in lan.get(HOW).context["form"].fields


def test_an_address_that_bounces_is_told_to_its_owner(lan: Client) -> None:
    delivery = write().deliveries.get(channel="email")
    assert "bị trả lại" not in lan.get(HOW).content.decode()
    delivery.attempts.create(at=timezone.now(), sent=False, final=True, answer="550")
    assert "bị trả lại" in lan.get(HOW).content.decode()


def test_a_guest_chooses_by_the_link_below_the_letter(client: Client, shop: Shop) -> None:
    order = make.order((shop.sugar, 1), payment="counter", location_id=shop.point.pk)
    notice = Notice.objects.get(kind="order_placed")
    url = notice.facts["choices_url"].removeprefix("http://127.0.0.1:8000")
    page = client.get(url)
    assert page["X-Robots-Tag"] == "noindex, nofollow" and order.number in page.content.decode()
    assert choose(client, url, orders_email=False, orders_phone="sms", language="en").status_code == 302
    order.refresh_from_db()
    assert order.language == "en" and Preference.objects.get(about=order.number).orders_phone == "sms"
    assert client.get("/orders/khong-co/messages/").status_code == 404


def test_who_ordered_with_an_account_chooses_there(client: Client, shop: Shop) -> None:
    order = make.order((shop.sugar, 1), by=people.lan(), payment="counter", location_id=shop.point.pk)
    assert client.get(f"/orders/{order.token}/messages/")["Location"] == HOW
    assert "choices_url" not in Notice.objects.get(kind="order_placed").facts


def test_wishes_are_among_the_own_data_and_go_with_the_account(lan: Client) -> None:
    choose(lan, orders_phone="sms")
    assert lan.post("/accounts/data/").json()["wishes_for_messages"][0]["orders_phone"] == "sms"
    assert lan.post("/accounts/erase/", {"password": people.PASSWORD}).status_code == 302
    assert not Preference.objects.exists()
