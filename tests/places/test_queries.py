"""Old and new names lead to today's commune."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from marketplace.places.models import Province
from marketplace.places.naming import then_and_now
from marketplace.places.queries import communes_of, former_names, resolve, search_texts

pytestmark = pytest.mark.django_db

REGISTER = Path(__file__).parents[2] / "marketplace/certificates/data/register.csv"


def known_rows() -> list[dict[str, str]]:
    with REGISTER.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["commune_at_certification"]]


def names(communes: object) -> list[str]:
    return [commune.name for commune in communes]  # type: ignore[attr-defined]


def test_the_register_holds_the_communes_it_should() -> None:
    assert len(known_rows()) == 39


@pytest.mark.parametrize("row", known_rows(), ids=lambda row: row["product_name"])
def test_each_commune_of_the_register_is_the_one_its_source_says(row: dict[str, str]) -> None:
    found = resolve(
        name=row["commune_at_certification"],
        district=row["district_at_certification"],
        province=row["province_at_certification"],
        on=date(int(row["year_certified"]), 12, 31),
    )
    today = row["commune_after_2025_07"].split(" | ")
    assert names(found.candidates) == today
    assert found.commune is not None
    assert found.commune.name == today[0]
    assert found.exact == (len(today) == 1)


@pytest.mark.parametrize(
    ("name", "district", "province", "today"),
    [
        ("xã Đa Phước", "huyện An Phú", "An Giang", "Xã Vĩnh Hậu"),
        ("Thị trấn Núi Sập", "Huyện Thoại Sơn", "Tỉnh An Giang", "Xã Thoại Sơn"),
        ("TT. Núi Sập", "", "", "Xã Thoại Sơn"),
        ("nui sap", "thoai son", "an giang", "Xã Thoại Sơn"),
        ("P. Mỹ Long", "TP. Long Xuyên", "An Giang", "Phường Long Xuyên"),
        ("Xã An Hảo", "Huyện Tịnh Biên", "An Giang", "Xã Núi Cấm"),  # A huyện then, a thị xã at the end.
        ("Xã An Hảo", "Thị xã Tịnh Biên", "An Giang", "Xã Núi Cấm"),
        ("Phường Dương Đông", "Thành phố Phú Quốc", "Kiên Giang", "Đặc khu Phú Quốc"),
        ("Phường Dương Đông", "Phú Quốc", "An Giang", "Đặc khu Phú Quốc"),  # The old district, the new province.
        ("Xã Thoại Sơn", "", "An Giang", "Xã Thoại Sơn"),
        ("P01", "Q.3", "TP Hồ Chí Minh", "Phường Bàn Cờ"),
        ("Huyện Côn Đảo", "", "Bà Rịa - Vũng Tàu", "Đặc khu Côn Đảo"),
        ("Phường Đúc", "", "Huế", "Phường Thuận Hóa"),
    ],
)
def test_a_place_however_written(name: str, district: str, province: str, today: str) -> None:
    found = resolve(name=name, district=district, province=province, on=None)
    assert found.commune is not None
    assert (found.commune.name, found.province, found.exact) == (today, found.commune.province, True)


def test_marks_choose_where_they_are_all_that_differs() -> None:
    for name in ("Xã Cẩm Giang", "Xã Cẩm Giàng"):
        assert names(resolve(name=name, district="", province="Hải Phòng", on=None).candidates) == [name]
    both = resolve(name="cam giang", district="", province="Hải Phòng", on=date(2026, 1, 1))
    assert (both.commune, both.exact, len(both.candidates)) == (None, False, 2)


@pytest.mark.parametrize(
    ("on", "today"),
    [(date(2025, 6, 30), "Xã Tân Hiệp"), (date(2025, 7, 1), "Xã Thạnh Đông"), (None, "Xã Thạnh Đông")],
)
def test_the_day_chooses_between_a_name_of_then_and_the_same_name_today(on: date | None, today: str) -> None:
    assert str(resolve(name="Xã Thạnh Đông", district="", province="An Giang", on=on).commune) == today


def test_a_commune_that_was_split_gives_its_main_part_and_all_candidates() -> None:
    found = resolve(name="Xã Vĩnh Châu", district="Châu Đốc", province="An Giang", on=date(2023, 1, 27))
    assert str(found.commune) == "Phường Châu Đốc"
    assert (names(found.candidates), found.exact) == (["Phường Châu Đốc", "Phường Vĩnh Tế"], False)


def test_a_district_alone_gives_its_communes_and_chooses_none() -> None:
    found = resolve(name="", district="Huyện Giang Thành", province="Kiên Giang", on=date(2021, 12, 13))
    assert (found.commune, str(found.province), found.exact) == (None, "Tỉnh An Giang", False)
    assert names(found.candidates) == ["Xã Giang Thành", "Xã Vĩnh Điều"]


def test_a_province_alone_is_the_province_of_today() -> None:
    assert str(resolve(name="", district="", province="Kiên Giang", on=None).province) == "Tỉnh An Giang"
    assert resolve(name="", district="", province="Atlantis", on=None).province is None


def test_a_district_that_does_not_fit_only_suggests() -> None:
    found = resolve(name="Xã Đa Phước", district="Huyện Thoại Sơn", province="An Giang", on=None)
    assert (found.commune, found.exact, names(found.candidates)) == (None, False, ["Xã Vĩnh Hậu"])


def test_nonsense_is_no_place() -> None:
    found = resolve(name="Xã Nào Đó", district="Huyện Không Có", province="An Giang", on=None)
    assert (found.commune, found.candidates, str(found.province)) == (None, (), "Tỉnh An Giang")


def test_communes_of_a_province_stand_in_order() -> None:
    communes = communes_of(Province.objects.get(slug="an-giang"))
    slugs = [commune.slug for commune in communes]
    assert len(slugs) == 102
    assert slugs == sorted(slugs)


def test_former_names_and_search_text_of_several_communes(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    vinh_hau = resolve(name="Xã Vĩnh Hậu", district="", province="An Giang", on=date(2026, 1, 1)).commune
    thoai_son = resolve(name="Xã Thoại Sơn", district="", province="An Giang", on=date(2026, 1, 1)).commune
    assert vinh_hau and thoai_son
    with django_assert_num_queries(1):
        former = former_names([vinh_hau.pk, thoai_son.pk])
    assert "thị trấn Đa Phước, huyện An Phú" in map(str, former[vinh_hau.pk])
    assert "thị trấn Núi Sập, huyện Thoại Sơn" in map(str, former[thoai_son.pk])
    with django_assert_num_queries(2):
        texts = search_texts([vinh_hau.pk, thoai_son.pk])
    assert "da phuoc huyen an phu tinh an giang" in texts[vinh_hau.pk]
    assert texts[thoai_son.pk].startswith("xa thoai son ; tinh an giang")


def test_then_and_now_reads_as_a_sentence_part() -> None:
    with translation.override("en"):
        assert (
            then_and_now(name="Xã Đa Phước", district="Huyện An Phú", today="Xã Vĩnh Hậu")
            == "xã Đa Phước, huyện An Phú (now Xã Vĩnh Hậu)"
        )
        assert then_and_now(name="", district="Huyện An Biên", today="") == "huyện An Biên"
        assert then_and_now(name="", district="", today="Xã Vĩnh Hậu") == "Xã Vĩnh Hậu"


def test_a_province_has_its_english_name_for_english_readers() -> None:
    province = Province.objects.get(slug="an-giang")
    with translation.override("en"):
        assert str(province) == "An Giang Province"
    with translation.override("vi"):
        assert str(province) == "Tỉnh An Giang"
