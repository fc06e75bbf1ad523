"""What shoppers type, and what they find."""

from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace.search import actions, queries
from marketplace.search.queries import Query
from tests import make


@pytest.fixture
def goods(db):
    """Some goods of two producers in two communes; the sugar is in stock."""
    food, drinks = make.category("I"), make.category("II")
    far = make.producer("Cơ sở Ba Phước", commune=make.commune("Xã Vĩnh Hậu"))
    near = make.producer("Hợp tác xã Minh Tâm")
    made = {
        "sugar": make.product("Đường thốt nốt Palmania", price=95_000, stars=4, producer=near, category=food),
        "road": make.product(
            "Tranh Con đường lá", price=300_000, producer=near, stars=None, category=make.category("IV")
        ),
        "fish": make.product("Khô cá lóc", price=210_000, stars=3, category=food, producer=far),
        "mango": make.product("Xoài sấy dẻo", price=60_000, stars=5, producer=near, category=food),
        "spirit": make.product(
            "Rượu thốt nốt", price=180_000, stars=3, producer=near, category=drinks, ethanol_percent=Decimal("39.5")
        ),
    }
    made["point"] = make.stock(made["sugar"], 5)
    actions.refresh(at=make.NOW, product_ids=[p.pk for name, p in made.items() if name != "point"])
    return made


def found(goods, **asked) -> list[str]:
    names = {product.pk: name for name, product in goods.items() if name != "point"}
    return [names[pk] for pk in queries.find(Query(on=make.TODAY, **asked)).ids]


@pytest.mark.parametrize(
    "text", ["duong thot not", "Đường thốt nốt", "DUONG THOT", "thot not duong", "đường  thốt", "duong thot no"]
)
def test_words_are_found_with_and_without_marks(goods, text: str) -> None:
    assert found(goods, words=text) == ["sugar"]


def test_the_toned_word_comes_first(goods) -> None:
    twin = make.product("Duông thot not", stars=None, producer=goods["road"].producer)
    actions.refresh(at=make.NOW, product_ids=[twin.pk])
    goods["twin"] = twin
    assert found(goods, words="đường thốt nốt")[0] == "sugar"
    assert set(found(goods, words="duong thot not")) == {"sugar", "twin"}


def test_a_typing_error_still_finds(goods) -> None:
    page = queries.find(Query(on=make.TODAY, words="duonk thot nott"))
    assert page.ids[0] == goods["sugar"].pk and page.similar


def test_the_old_name_of_a_place_finds_its_goods(goods) -> None:
    assert found(goods, words="đa phước") == ["fish"]
    assert found(goods, words="vinh hau") == ["fish"]


def test_the_producers_name_finds_its_goods(goods) -> None:
    assert found(goods, words="ba phuoc") == ["fish"]


@pytest.mark.parametrize("text", ["???", "&|!", "' or 1=1 --", "zzzzqqq", "x" * 500, ":*"])
def test_odd_words_find_nothing_and_break_nothing(goods, text: str) -> None:
    assert found(goods, words=text) == []


def test_stars_are_those_of_the_day(goods) -> None:
    assert found(goods, stars=(4,)) == ["sugar"]
    late = goods["sugar"].certificates.get().expires_on + timedelta(days=1)
    assert queries.find(Query(on=late, stars=(4,))).ids == []


def test_alcohol_is_for_adults(goods) -> None:
    assert "spirit" not in found(goods)
    assert found(goods, words="ruou") == [] and found(goods, words="ruou", adult=True) == ["spirit"]


def test_filters_join(goods) -> None:
    food = goods["sugar"].categories.get().pk
    assert set(found(goods, groups=(food,))) == {"sugar", "fish", "mango"}
    assert found(goods, groups=(food,), lowest=Decimal(90_000), highest=Decimal(100_000)) == ["sugar"]
    assert found(goods, in_stock=True) == ["sugar"] and found(goods, points=(goods["point"].pk,)) == ["sugar"]
    assert found(goods, communes=(make.commune("Xã Vĩnh Hậu").pk,)) == ["fish"]


def test_each_filter_counts_what_it_would_show(goods) -> None:
    food = goods["sugar"].categories.get().pk
    page = queries.find(Query(on=make.TODAY, stars=(3,)))
    assert page.total == 1
    assert page.counts["stars"] == {3: 1, 4: 1, 5: 1}  # as if no star were chosen
    assert page.counts["group"] == {food: 1}
    assert page.counts["in_stock"] == {0: 1}


def test_sorting(goods) -> None:
    assert found(goods, sort="cheapest") == ["mango", "sugar", "fish", "road"]
    assert found(goods, sort="dearest") == ["road", "fish", "sugar", "mango"]
    assert found(goods, sort="name") == ["sugar", "fish", "road", "mango"]
    assert found(goods, sort="newest") == ["mango", "fish", "road", "sugar"]


def test_pages_do_not_overlap(goods) -> None:
    pages = [queries.find(Query(on=make.TODAY, size=2, page=n)) for n in (1, 2, 3)]
    assert [len(page.ids) for page in pages] == [2, 2, 0]
    assert len({pk for page in pages for pk in page.ids}) == pages[0].total == 4


def test_rows_of_the_home_page_are_one_query(goods, django_assert_num_queries) -> None:
    wanted = {
        "starred": Query(on=make.TODAY, stars=(3, 4, 5), size=2),
        "newest": Query(on=make.TODAY, sort="newest", size=3),
    }
    with django_assert_num_queries(1):
        rows = queries.rows(wanted)
    assert rows["newest"] == [goods[name].pk for name in ("mango", "fish", "road")]
    assert len(rows["starred"]) == 2 and goods["road"].pk not in rows["starred"]


@pytest.mark.parametrize(("asked", "most"), [({}, 2), ({"words": "thot not duong"}, 4)])
def test_finding_costs_the_same_however_much_there_is(goods, django_assert_max_num_queries, asked, most) -> None:
    with django_assert_max_num_queries(most):
        queries.find(Query(on=make.TODAY, **asked))


def test_beside_a_product_stand_others_of_its_kind(goods, django_assert_num_queries) -> None:
    food = goods["sugar"].categories.get()
    near = {"producer": goods["sugar"].producer, "category": food}
    sugar, other = make.product("Đường thốt nốt bột", **near), make.product("Mắm cá linh", **near)
    actions.refresh(at=make.NOW, product_ids=[sugar.pk, other.pk])
    with django_assert_num_queries(1):
        found = queries.beside(goods["sugar"].pk, goods["sugar"].title, food.pk, adult=False, size=3)
    assert found[0] == sugar.pk and len(found) == 3 and goods["sugar"].pk not in found
    assert goods["spirit"].pk not in queries.beside(sugar.pk, "Rượu thốt nốt", food.pk, adult=False, size=9)
