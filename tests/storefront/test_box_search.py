"""Gift boxes are found: by the search beside products, by search engines, by their picture."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalogue.actions import doubt_producer
from catalogue.models import Product
from catalogue.pictures import checked, small
from marketplace.boxes import actions as composing
from marketplace.partner.models import StockRecord
from marketplace.search import actions as search
from tests import make, people
from tests.catalogue.pictures import upload

pytestmark = pytest.mark.django_db
PAGE = "/catalogue/?q="


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def read() -> None:
    search.refresh(at=timezone.now(), product_ids=list(Product.objects.values_list("pk", flat=True)))


@pytest.fixture
def box() -> Any:
    """Honey and tea, ten of each, for less than singly."""
    place = make.location("Điểm Châu Đốc")
    maker = make.producer("Hợp tác xã Bảy Núi")
    honey = make.product("Mật ong rừng tràm", price=200_000, producer=maker)
    tea = make.product("Trà xạ đen", price=100_000, stars=None)
    for product in (honey, tea):
        make.stock(product, 10, at_place=place)
    made = make.box(
        (honey, 1), (tea, 2), price=360_000, packed_at=place, title="Hộp quà Sum Vầy", description="Đón Tết"
    )
    read()
    return made


def found(words: str, client: Client | None = None) -> list[str]:
    return [one.box.title for one in (client or Client()).get(PAGE + words).context["boxes"]]


def photograph() -> Any:
    file = upload()
    return checked(file, "hop.jpg", file.size)


@pytest.mark.parametrize("words", [
    "hop qua", "hộp quà", "HOP QUA sum v", "qua mat ong", "tra xa den", "bay nui", "don tet sum vay",
])  # fmt: skip
def test_it_is_found_by_its_name_its_content_and_its_makers_without_tones(box: Any, words: str) -> None:
    assert found(words) == [box.title]


@pytest.mark.parametrize("words", ["", "hop sua", "sum", "%", "qua hộp bánh", "vay sum qua hop mat ong ruou"])
def test_by_other_words_it_is_not(box: Any, words: str) -> None:
    assert found(words) == ([box.title] if words == "sum" else [])


def test_it_stands_beside_the_products_with_its_price(box: Any) -> None:
    answer = Client().get(PAGE + "mat+ong")
    page = answer.content.decode()
    assert [card.title for card in answer.context["cards"]] == ["Mật ong rừng tràm"] and not answer.context[
        "boxes_first"
    ]
    assert page.index("Mật ong rừng tràm</a>") < page.index("Hộp quà Sum Vầy</a>") and "360.000" in page
    assert "1 hộp quà" in page
    named = Client().get(PAGE + "hop+qua")
    assert named.context["boxes_first"] and "Không tìm thấy" not in named.content.decode()


def test_goods_that_are_only_spelt_alike_do_not_stand_beside_it(box: Any) -> None:
    make.product("Cua biển Hợp tác xã Thuận Phát")
    read()
    page = Client().get(PAGE + "hop+qua").context
    assert (page["cards"], page["total"], page["suggestion"]) == ([], 0, "")
    composing.take_out(box=box, by=people.tam(), at=timezone.now())
    assert Client().get(PAGE + "hop+qua").context["suggestion"]


def test_the_one_with_the_name_comes_first(box: Any) -> None:
    inside = [(part.product, part.quantity) for part in box.parts.all()]
    other = make.box(*inside, packed_at=box.packed_at, title="Hộp mật ong")
    assert found("mat ong") == [other.title, box.title]
    toned = make.box(*inside, packed_at=box.packed_at, title="Hợp mát ong")
    assert found("mật ong")[:2] == [other.title, toned.title]


@pytest.mark.parametrize("filters", ["&stars=4", "&min=1000", "&max=900000", "&page=2", "&group=1", "&point=1"])
def test_beside_what_a_box_does_not_have_it_is_not_shown(box: Any, filters: str) -> None:
    assert found("hop qua" + filters) == []


def sold_out(box: Any) -> None:
    make.order((box.parts.last().product, 9), payment="cod", at=timezone.now())


def doubted(box: Any) -> None:
    producer = box.parts.first().product.producer
    doubt_producer(producer=producer, reason="Giấy tờ", by=people.tam(), at=timezone.now())


def without_a_price(box: Any) -> None:
    StockRecord.objects.filter(product=box.parts.first().product).update(price=None)


def taken_out(box: Any) -> None:
    composing.take_out(box=box, by=people.tam(), at=timezone.now())


@pytest.mark.parametrize("lacking", [sold_out, doubted, without_a_price, taken_out])
def test_what_cannot_be_bought_is_not_found(box: Any, lacking: Any) -> None:
    make.tariff()
    lacking(box)
    read()
    assert found("hop qua") == []
    address = box.get_absolute_url()
    listed = address in Client().get("/sitemap.xml").content.decode()
    assert listed == (lacking is sold_out)  # tomorrow there may be some again


def test_a_price_that_changed_is_on_the_next_page(
    box: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.KEPT_SECONDS = 30
    assert "360.000" in Client().get(PAGE + "hop+qua").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        facts = {"title": box.title, "description": "", "price": 300_000, "by": people.tam(), "at": timezone.now()}
        composing.describe(box=box, **facts)
    assert "300.000" in Client().get(PAGE + "hop+qua").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        taken_out(box)
    assert found("hop qua") == []


def test_wine_in_it_is_for_adults(box: Any) -> None:
    wine = make.product("Rượu thốt nốt", price=90_000, ethanol_percent=29)
    make.stock(wine, 5, at_place=box.packed_at)
    make.box((wine, 1), (box.parts.first().product, 1), packed_at=box.packed_at, title="Hộp quà rượu")
    read()
    assert found("hop qua ruou") == []
    adult = Client()
    adult.post("/age/", {"adult": "on"})
    assert found("hop qua ruou", adult) == ["Hộp quà rượu"]


@pytest.mark.parametrize("number", [1, 6])
def test_one_question_more_however_many_boxes(box: Any, number: int) -> None:
    inside = [(part.product, part.quantity) for part in box.parts.all()]
    for _ in range(number - 1):
        make.box(*inside, packed_at=box.packed_at)
    Client().get("/catalogue/")
    asked = []
    for address in ("/catalogue/", PAGE + "hop+qua+mat"):
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        asked.append(len([one for one in queries if "boxes_part" in one["sql"]]))
    assert asked == [0, 1] and len(queries) <= 12
    assert len(found("hop qua")) == min(number, 4)


# --- One address, one picture -----------------------------------------------------------------------------------------


def test_one_box_has_one_address(box: Any) -> None:
    right = box.get_absolute_url()
    other = re.sub(r"boxes/[\w-]+_", "boxes/khac_", right)
    moved = Client().get(other)
    assert (moved.status_code, moved["Location"]) == (301, right)
    assert 'rel="canonical" href="http' in Client().get(right).content.decode()
    listed = Client().get("/sitemap.xml").content.decode()
    assert f"{right}</loc>" in listed and f"/en{right}" in listed and "/boxes/</loc>" in listed


def test_with_a_photograph_of_its_own_it_is_shown_by_it_everywhere(box: Any) -> None:
    before = Client().get(box.get_absolute_url()).content.decode()
    assert "box__pictures" in before and "og:image" not in before and 'property="og:title"' in before
    composing.picture(box=box, photograph=photograph(), by=people.mai(), at=timezone.now())
    box.refresh_from_db()
    assert box.photo.name.startswith("boxes/") and default_storage.exists(small(box.photo.name))
    page = Client().get(box.get_absolute_url()).content.decode()
    whole = default_storage.url(box.photo.name)
    assert re.search(rf'og:image" content="http[^"]+{re.escape(whole)}"', page) and "box__pictures" not in page
    for address in ("/boxes/", PAGE + "hop+qua"):
        assert default_storage.url(small(box.photo.name)) in Client().get(address).content.decode(), address
    visitor = Client()
    visitor.post(f"/boxes/{box.pk}/basket/", {"quantity": 1})
    assert small(box.photo.name) in visitor.get("/basket/").content.decode()
    assert b"".join(Client().get(whole)).startswith(b"RIFF")
    composing.picture(box=box, photograph=None, by=people.mai(), at=timezone.now())
    assert "box__pictures" in Client().get(box.get_absolute_url()).content.decode()


def test_without_one_it_is_shared_by_the_picture_of_its_first_product(box: Any) -> None:
    name = photograph().keep(timezone.now() - timedelta(days=1))
    box.parts.first().product.images.create(original=name)
    assert default_storage.url(name) in Client().get(box.get_absolute_url()).content.decode().split("og:image")[1]
