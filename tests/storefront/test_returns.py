"""The pages of goods given back: for whoever holds the order's link, and for nobody else."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.fulfilment.models import Fulfilment, Return
from tests import make, people
from tests.catalogue.pictures import upload
from tests.checkout import returns

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel(settings: Any, tmp_path: Any) -> Fulfilment:
    settings.MEDIA_ROOT = tmp_path
    fish = make.product("Khô cá lóc một nắng", perishable=True)
    return returns.collected((fish, 2), location_id=make.stock(fish, 2).pk, at=timezone.now())


def ask(client: Any, parcel: Fulfilment, **said: Any) -> Any:
    line = parcel.lines.get().line_id
    facts = {f"line-{line}": 1, "reason": "damaged", "photographs": upload()} | said
    return client.post(f"/orders/{parcel.order.token}/return/{parcel.pk}/", facts, follow=True)


def test_asked_with_a_photograph_from_a_telephone(client: Any, parcel: Fulfilment) -> None:
    page = ask(client, parcel)
    [given] = page.context["returns"]
    assert page.redirect_chain and given.kind == "waiting" and given.withdraw_url
    assert client.get(given.photos[0])["Content-Type"] == "image/webp"


def test_a_file_that_is_no_photograph_is_refused_and_what_was_typed_stays(client: Any, parcel: Fulfilment) -> None:
    page = ask(client, parcel, photographs=_broken(), words="Bao bì rách")
    assert page.status_code == 400 and not Return.objects.exists()
    assert "Bao bì rách" in page.content.decode() and page.context["form"].errors["photographs"]


def _broken() -> Any:
    file = upload()
    file.seek(0), file.truncate(20), file.seek(0)
    return file


SAID = {"reason": "wrong", "words": "Giao nhầm cá sặc"}


def kept(page: Any, line: int, pieces: str) -> bool:
    """The page as it was filled in; as long as it can be sent, with the hint that a browser forgets its files."""
    form, words = page.context["form"], page.content.decode()
    typed = (form[f"line-{line}"].value(), form["reason"].value(), form["words"].value())
    return typed == (pieces, *SAID.values()) and SAID["words"] in words and ("chọn lại ảnh" in words) != form.over


def test_where_nothing_is_left_no_photograph_is_unpacked_and_nothing_typed_is_lost(
    client: Any, parcel: Fulfilment
) -> None:
    """One that is broken is not even noticed."""
    line = parcel.lines.get().line_id
    ask(client, parcel, **{f"line-{line}": 2})
    page = ask(client, parcel, photographs=_broken(), **SAID)
    assert page.status_code == 400 and "không còn gì để trả lại" in page.content.decode()
    assert kept(page, line, "1") and not page.context["form"].errors.get("photographs")
    assert "Gửi yêu cầu trả hàng" not in page.content.decode()  # nothing that could only be refused again
    assert Return.objects.count() == 1


def test_the_door_is_not_knocked_at_again_and_again(client: Any, parcel: Fulfilment) -> None:
    assert [ask(client, parcel, photographs=_broken()).status_code for _time in range(10)] == [400] * 10
    page = ask(client, parcel, **SAID)
    assert page.status_code == 400 and "mười phút" in page.content.decode() and not Return.objects.exists()
    assert kept(page, parcel.lines.get().line_id, "1")
    assert "Gửi yêu cầu trả hàng" in page.content.decode()  # to be tried again in ten minutes


def test_what_was_filled_in_stays_when_its_time_is_over_meanwhile(client: Any, settings: Any, tmp_path: Any) -> None:
    """Fish may be given back for a day, honey for a week: two days later the fish is refused by name."""
    settings.MEDIA_ROOT = tmp_path
    fish, honey = make.product("Khô cá lóc một nắng", perishable=True), make.product("Mật thốt nốt", price=90_000)
    place, then = make.stock(fish, 2), timezone.now() - timedelta(days=2)
    make.stock(honey, 2, at_place=place)
    two = returns.collected((fish, 1), (honey, 2), location_id=place.pk, at=then)
    lines = {part.line.product_id: part.line_id for part in two.lines.select_related("line")}
    facts = {f"line-{lines[fish.pk]}": 1, f"line-{lines[honey.pk]}": 2, "photographs": upload()} | SAID
    page = client.post(f"/orders/{two.order.token}/return/{two.pk}/", facts)
    assert page.status_code == 400 and not Return.objects.exists()
    assert "Thời hạn trả lại “Khô cá lóc một nắng” đã hết" in html.unescape(page.content.decode())
    assert kept(page, lines[fish.pk], "1") and kept(page, lines[honey.pk], "2")


def test_a_change_of_mind_that_is_not_possible_any_more_stays_chosen(client: Any, parcel: Fulfilment) -> None:
    page = ask(client, parcel, reason="unwanted", words="Mua nhầm")
    assert page.status_code == 400 and not Return.objects.exists() and "Mua nhầm" in page.content.decode()
    assert page.context["form"]["reason"].value() == "unwanted"
    assert "Không nhận trả lại “Khô cá lóc một nắng” vì đổi ý." in page.content.decode()


def test_more_than_there_is_says_how_many_and_stays(client: Any, parcel: Fulfilment) -> None:
    line = parcel.lines.get().line_id
    page = ask(client, parcel, **SAID, **{f"line-{line}": 7})
    assert page.status_code == 400 and kept(page, line, "7") and not Return.objects.exists()


def test_perishable_says_why_and_offers_no_change_of_mind(client: Any, parcel: Fulfilment) -> None:
    page = client.get(f"/orders/{parcel.order.token}/return/{parcel.pk}/")
    assert 'value="unwanted"' not in page.content.decode() and "mau hỏng" in page.content.decode()
    assert "mau hỏng" in client.get(f"/orders/{parcel.order.token}/").content.decode()
    assert "mau hỏng" in client.get(parcel.lines.get().line.product.get_absolute_url()).content.decode()


def test_the_link_of_another_order_opens_nothing(client: Any, parcel: Fulfilment) -> None:
    ask(client, parcel)
    asked, other = Return.objects.get(), make.order(payment="cod").token
    client.force_login(people.khoa())
    for address in (f"return/{parcel.pk}/", f"photographs/{asked.photos.get().pk}/"):
        assert client.get(f"/orders/{other}/{address}").status_code == 404
    for address in ("withdraw", "sent"):
        assert client.post(f"/orders/{other}/returns/{asked.pk}/{address}/", {"tracking": "x"}).status_code == 404
    asked.refresh_from_db()
    assert asked.status == "asked"


def test_what_the_pages_cost(client: Any, parcel: Fulfilment, django_assert_max_num_queries: Any) -> None:
    ask(client, parcel)
    for address, most in (("", 16), (f"return/{parcel.pk}/", 8)):
        client.get(f"/orders/{parcel.order.token}/{address}")
        with django_assert_max_num_queries(most):
            client.get(f"/orders/{parcel.order.token}/{address}")
