"""Coming, going, and what the shop knows of a person."""

import re
from typing import Any

import pytest

from marketplace.notices.models import Notice
from marketplace.people.models import Consent, User
from tests import make, people

from .conftest import Shop

WELCOME = {
    "name": "Nguyễn Thị Hoa", "email": "hoa@example.vn", "phone": "0912 345 678", "password": "mua-nuoc-noi-2026",
    "orders": "on", "terms": "on",
}  # fmt: skip


@pytest.mark.parametrize("name", ["0001@example.vn", "0001@EXAMPLE.vn", "0912 000 001", "+84912000001"])
def test_sign_in_by_e_mail_or_phone(client, db, name: str) -> None:
    people.lan()
    response = client.post("/accounts/sign-in/", {"username": name, "password": people.PASSWORD})
    assert response.status_code == 302 and response.headers["Location"] == "/accounts/"
    assert client.get("/accounts/").status_code == 200


def test_a_wrong_password_is_a_clear_no(client, db) -> None:
    people.lan()
    response = client.post("/accounts/sign-in/", {"username": "0912000001", "password": "wrong"})
    assert response.status_code == 200 and response.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_guessing_is_stopped(client, db) -> None:
    people.lan()
    tries = [
        client.post("/accounts/sign-in/", {"username": "0912000001", "password": str(n)}).status_code for n in range(10)
    ]
    assert tries[0] == 200 and tries[-1] == 429
    right = client.post("/accounts/sign-in/", {"username": "0912000001", "password": people.PASSWORD})
    assert right.status_code == 429 and "_auth_user_id" not in client.session


def test_guessing_is_stopped_however_the_number_is_spelled(client, db) -> None:
    people.lan()
    names = [f"0912{' ' * n}000001" for n in range(5)] + [f"+84 912{'.' * n}000001" for n in range(5)]
    tries = [client.post("/accounts/sign-in/", {"username": name, "password": "wrong"}).status_code for name in names]
    assert tries[0] == 200 and tries[-1] == 429


def test_people_sign_in_while_the_counter_is_away(client, db, settings) -> None:
    people.lan()
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9"}}
    told = {"username": "0912000001", "password": people.PASSWORD}
    assert client.post("/accounts/sign-in/", told).status_code == 302


@pytest.mark.parametrize(("next", "leads"), [("/catalogue/", "/catalogue/"), ("https://evil.example/", "/accounts/")])
def test_sign_in_leads_on_but_never_away(client, db, next: str, leads: str) -> None:
    people.lan()
    response = client.post("/accounts/sign-in/", {"username": "0912000001", "password": people.PASSWORD, "next": next})
    assert response.headers["Location"] == leads


def test_sign_up_keeps_each_consent_in_its_words(client, db) -> None:
    response = client.post("/accounts/sign-up/", WELCOME | {"news": "on"})
    assert response.status_code == 302
    user = User.objects.get(email="hoa@example.vn")
    assert (user.last_name, user.first_name, user.phone, user.language) == ("Nguyễn Thị", "Hoa", "+84912345678", "vi")
    assert set(user.consents.standing().values_list("purpose", flat=True)) == {"orders", "news"}
    assert all(user.consents.values_list("words", flat=True))
    assert client.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"email": "", "phone": ""},
        {"phone": "12"},
        {"password": "12345678"},
        {"orders": ""},
        {"terms": ""},
        {"email": "x"},
        {"name": ""},
    ],
)
def test_sign_up_says_what_is_missing_and_makes_nobody(client, db, change: dict[str, str]) -> None:
    response = client.post("/accounts/sign-up/", WELCOME | change)
    assert response.status_code == 200 and response.context["form"].errors
    assert not User.objects.filter(last_name="Nguyễn Thị").exists() and not Consent.objects.exists()


def test_sign_up_with_somebody_elses_phone_is_refused(client, db) -> None:
    people.lan()
    response = client.post("/accounts/sign-up/", WELCOME | {"phone": "0912000001"})
    assert response.context["form"].non_field_errors() and User.objects.count() == 1


def test_sign_out_is_not_a_link(client, db) -> None:
    client.force_login(people.lan())
    assert client.get("/accounts/sign-out/").status_code == 405
    client.post("/accounts/sign-out/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("page", ["", "orders/", "profile/", "data/", "erase/"])
def test_the_account_is_for_its_person(client, db, page: str) -> None:
    response = client.get(f"/accounts/{page}")
    assert response.status_code == 302 and response.headers["Location"].startswith("/accounts/sign-in/")


@pytest.mark.parametrize("page", ["login/", "register/", "order-history/", "addresses/"])
def test_what_oscar_has_there_leads_to_the_account(client, db, page: str) -> None:
    assert client.get(f"/accounts/{page}").headers["Location"] == "/accounts/"


def test_people_see_their_own_orders_only(client, shop: Shop, django_assert_max_num_queries) -> None:
    lan, khoa = people.lan(), people.khoa()
    order = make.order((shop.sugar, 2), by=lan, location_id=shop.point.pk, payment="counter")
    client.force_login(lan)
    for address in ("/accounts/", "/accounts/orders/"):
        (row,) = client.get(address).context["orders"]
        assert (row.number, row.items, row.url) == (order.number, 2, f"/orders/{order.token}/")
    with django_assert_max_num_queries(12):
        client.get("/accounts/")
    client.force_login(khoa)
    assert client.get("/accounts/orders/").context["orders"] == []


def test_a_profile_is_changed_and_news_withdrawn(client, db) -> None:
    client.post("/accounts/sign-up/", WELCOME | {"news": "on"})
    told = {"name": "Lê Hoa", "email": "", "phone": "0912 345 678", "language": "en"}
    assert client.post("/accounts/profile/", told).status_code == 302
    user = User.objects.get(phone="+84912345678")
    assert (user.get_full_name(), user.email, user.language) == ("Lê Hoa", None, "en")
    assert user.consents.get(purpose="news").withdrawn_at


def test_a_profile_cannot_take_somebody_elses_phone(client, db) -> None:
    people.lan()
    client.force_login(people.khoa())
    told = {"name": "Khoa", "email": "", "phone": "0912000001", "language": "vi"}
    assert client.post("/accounts/profile/", told).context["form"].non_field_errors()
    assert User.objects.get(first_name="Khoa").phone == "+84912000005"


# --- Forgotten password -----------------------------------------------------------------------------------------------


def link_in_the_outbox() -> str:
    return Notice.objects.get(kind="password_reset_asked").facts["link"].removeprefix("http://127.0.0.1:8000")


def test_a_forgotten_password(client, db) -> None:
    lan = people.lan()
    assert client.post("/accounts/password/", {"email": lan.email}).headers["Location"] == "/accounts/password/sent/"
    form = client.get(link_in_the_outbox(), follow=True)
    new = {"new_password1": "con-nuoc-lon-rong", "new_password2": "con-nuoc-lon-rong"}
    assert client.post(form.redirect_chain[-1][0], new, follow=True).status_code == 200
    lan.refresh_from_db()
    assert lan.check_password("con-nuoc-lon-rong")
    used = client.get(link_in_the_outbox(), follow=True)
    assert used.context["validlink"] is False


def test_nobody_learns_whose_address_is_known(client, db) -> None:
    known = client.post("/accounts/password/", {"email": people.lan().email})
    unknown = client.post("/accounts/password/", {"email": "nobody@example.vn"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert Notice.objects.count() == 1


# --- The own data -----------------------------------------------------------------------------------------------------


def test_the_own_data_as_a_file(client, shop: Shop) -> None:
    lan = people.lan()
    order = make.order((shop.sugar, 1), by=lan)
    make.order((shop.sugar, 1))
    client.force_login(lan)
    response = client.post("/accounts/data/")
    data = response.json()
    assert data["person"]["phone"] == lan.phone and "attachment" in response.headers["Content-Disposition"]
    assert [one["number"] for one in data["orders"]] == [order.number]
    assert data["orders"][0]["address"] == ["12 Trần Hưng Đạo", "Phường Long Xuyên"]


def erase(client: Any, password: str = people.PASSWORD) -> Any:
    return client.post("/accounts/erase/", {"password": password})


def test_an_account_is_erased(client, shop: Shop) -> None:
    lan = people.lan()
    order = make.order((shop.sugar, 1), by=lan, location_id=shop.point.pk, payment="counter")
    client.force_login(lan)
    assert erase(client).context["form"].non_field_errors()  # an order is under way
    client.post(f"/orders/{order.token}/cancel/")
    assert erase(client).status_code == 302
    lan.refresh_from_db()
    assert not lan.is_active and not re.search(
        "Lan|0001|912", f"{lan.get_full_name()} {lan.email} {lan.phone}".replace(str(lan.pk), "")
    )
    assert not Notice.objects.filter(user=lan).exclude(email="", phone="", facts={}).exists()
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/sign-in/", {"username": "0912000001", "password": people.PASSWORD}).status_code == 200


def test_only_the_person_erases(client, db) -> None:
    client.force_login(people.lan())
    assert erase(client, "wrong").context["form"].errors
    assert people.lan().is_active


def test_who_works_here_is_not_erased(client, shop: Shop) -> None:
    for person in (people.hung(), people.mai(), people.tam()):
        client.force_login(person)
        assert erase(client).context["form"].non_field_errors()
        person.refresh_from_db()
        assert person.is_active and person.phone


@pytest.mark.parametrize("page", ["", "orders/", "profile/", "data/", "erase/"])
def test_nobody_keeps_a_copy_of_a_personal_page(client, db, page: str) -> None:
    client.force_login(people.lan())
    kept = client.get(f"/accounts/{page}").headers["Cache-Control"]
    assert "private" in kept and "no-store" in kept
