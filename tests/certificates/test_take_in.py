"""Taking in a register: the real one in full, and what it must not do."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Category, Product, ProductClass, TouchedProduct
from marketplace.certificates.actions import NoGroups, record, take_in
from marketplace.certificates.models import Certificate
from marketplace.certificates.register import Register, Row, read
from marketplace.journal.models import Entry
from marketplace.partner.models import Partner

pytestmark = pytest.mark.django_db

REAL = Path(__file__).parents[2] / "marketplace/certificates/data/register.csv"
HEADER = "Tên sản phẩm,Chủ thể,Xã,Huyện,Tỉnh,Hạng sao,Ngày quyết định,Nhóm"


def load(path: Path, *options: str) -> tuple[str, str]:
    said, complained = StringIO(), StringIO()
    call_command("load_register", str(path), *options, stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def table(folder: Path, *rows: str) -> Path:
    path = folder / "register.csv"
    path.write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return path


def everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values_list())
        for model in (Partner, Product, Certificate, Entry, TouchedProduct)
    ]


@pytest.fixture
def real() -> tuple[str, str]:
    return load(REAL)


def test_all_121_real_rows_load(real: tuple[str, str]) -> None:
    assert real[1] == ""
    assert Product.objects.count() == Certificate.objects.count() == 121
    assert TouchedProduct.objects.values("product").distinct().count() == 121
    assert Entry.objects.filter(action="certificate.recorded").count() == 121
    assert not Product.objects.exclude(categories__code__in=["I", "II", "III", "IV"]).exists()


def test_twice_changes_nothing(real: tuple[str, str]) -> None:
    before = everything()
    said, complained = load(REAL)
    assert everything() == before
    assert "121" in said
    assert complained == ""


def test_validity_is_the_true_one(real: tuple[str, str]) -> None:
    dated = Certificate.objects.filter(decided_on__isnull=False)
    assert dated.count() == 25
    assert {(c.decided_on, c.expires_on, c.decision_number) for c in dated} == {
        (date(2022, 10, 10), date(2025, 10, 10), "2497/QĐ-UBND"),
        (date(2023, 1, 27), date(2026, 1, 27), "86/QĐ-UBND"),
        (date(2024, 6, 4), date(2027, 6, 4), "912"),
    }
    assert not Certificate.objects.filter(decided_on=None).exclude(expires_on=None).exists()
    assert Certificate.objects.live_on(date(2023, 2, 1)).count() == 24
    live = Certificate.objects.live_on(date(2026, 11, 22)).get()
    assert (live.product.title, live.stars, live.tier, live.authority) == (
        "Bánh hạnh nhân",
        4,
        "province",
        "UBND tỉnh An Giang",
    )
    assert Certificate.objects.live_on(date(2027, 6, 5)).count() == 0


def test_potential_five_stars_are_no_stars(real: tuple[str, str]) -> None:
    potential = Certificate.objects.filter(potential_five=True)
    assert potential.count() == 6
    assert not potential.exclude(stars=None).exists()


def test_a_row_without_a_producer_is_not_listed(real: tuple[str, str]) -> None:
    orphans = Product.objects.filter(producer=None)
    assert orphans.count() == 12
    assert not orphans.filter(is_public=True).exists()
    assert not Product.objects.exclude(producer=None).filter(is_public=False).exists()


def test_doubles_are_one_producer_whatever_their_case(real: tuple[str, str]) -> None:
    assert Partner.objects.count() == 57
    anas = Partner.objects.get(folded="ho kinh doanh anas")
    assert sorted(anas.products.values_list("title", flat=True)) == ["Lò mò Pđăm (Khô bò)", "Lạp xưởng bò (tung lò mò)"]
    assert Partner.objects.get(folded="cong ty co phan thuong mai khai hoan").products.count() == 5


def test_producers_stand_where_they_are_today(real: tuple[str, str]) -> None:
    assert not Partner.objects.exclude(province__slug="an-giang").exists()
    artisan = Partner.objects.get(name="Võ Văn Tạng")
    assert (str(artisan.commune), artisan.former_place, artisan.kind) == (
        "Xã Thoại Sơn",
        "thị trấn Núi Sập, huyện Thoại Sơn",
        "household",
    )
    phu_quoc = Partner.objects.get(folded="cong ty tnhh mtv nuoc mam kim hoa")
    assert (phu_quoc.commune, phu_quoc.former_place) == (None, "thành phố Phú Quốc")


def test_alcohol_that_names_its_strength_is_known_as_alcohol(real: tuple[str, str]) -> None:
    strong = Product.objects.filter(ethanol_percent__gt=0)
    assert set(strong.values_list("title", flat=True)) == {"Rượu vang thốt nốt 12%VOL", "Rượu thốt nốt 29 độ"}


def test_a_renewed_certificate_is_a_second_one_of_the_same_product(tmp_path: Path) -> None:
    first = "Mắm,Hộ kinh doanh Ba,Xã Đa Phước,Huyện An Phú,An Giang,3,10/10/2021,I"
    load(table(tmp_path, first))
    load(table(tmp_path, first, "MẮM,Hộ Kinh Doanh BA,Xã Vĩnh Hậu,,An Giang,4,01/08/2025,I"))
    product = Product.objects.get()
    assert [(c.stars, c.tier, c.expires_on) for c in product.certificates.all()] == [
        (4, "province", date(2028, 8, 1)),
        (3, "province", date(2024, 10, 10)),
    ]
    assert (product.producer.name, str(product.producer.commune)) == ("Hộ kinh doanh Ba", "Xã Vĩnh Hậu")


def test_what_the_office_has_put_right_stays(tmp_path: Path) -> None:
    path = table(tmp_path, "Mắm,Hộ kinh doanh Ba,Xã Đa Phước,Huyện An Phú,An Giang,3,10/10/2021,I")
    load(path)
    Partner.objects.update(kind="enterprise", former_place="")
    Product.objects.update(is_public=False, description="Ngon")
    load(path)
    partner, product = Partner.objects.get(), Product.objects.get()
    assert (partner.kind, partner.former_place) == ("enterprise", "xã Đa Phước, huyện An Phú")
    assert (product.is_public, product.description) == (False, "Ngon")


def test_rows_it_cannot_place_are_named_and_the_others_load(tmp_path: Path) -> None:
    _said, complained = load(
        table(
            tmp_path,
            "Mắm một,Hộ Ba,Xã Đa Phước,Huyện An Phú,An Giang,3,10/10/2021,I",
            "Mắm hai,Hộ Bà,Xã Đa Phước,Huyện An Phú,An Giang,3,10/10/2021,I",
            "Mắm ba,Hộ Tư,Xã Trên Trời,Huyện An Phú,An Giang,3,10/10/2021,I",
            "Mắm bốn,Hộ Năm,Phường 1,,,3,10/10/2021,I",
            "Mắm năm,Hộ Sáu,Xã Đa Phước,Huyện An Phú,An Giang,9,10/10/2021,I",
        )
    )
    assert [line.split(":")[0].split()[-1] for line in complained.splitlines()] == ["3", "4", "5", "6"]
    assert "Hộ Bà" in complained and "Xã Trên Trời" in complained and "Phường 1" in complained
    assert Product.objects.get().title == "Mắm một"
    assert Partner.objects.count() == 1


def test_rows_that_name_no_province_take_the_one_given(tmp_path: Path) -> None:
    path = table(tmp_path, "Mắm,Hộ Ba,Xã Tân Thành,,,3,10/10/2021,I")
    assert load(path)[1] != ""
    assert load(path, "--province", "Lạng Sơn")[1] != load(path, "--province", "Cà Mau")[1]
    assert Partner.objects.get().province.slug == "ca-mau"


def test_a_certificate_is_recorded_once_and_lasts_36_months() -> None:
    product = Product.objects.create(title="Mắm", product_class=ProductClass.objects.get(slug="goods"))
    facts = {"product": product, "stars": 4, "decision_number": "1/QĐ-UBND", "by": None}
    certificate, created = record(decided_on=date(2024, 2, 29), tier="province", **facts)
    assert (created, certificate.expires_on, certificate.decided_year) == (True, date(2027, 2, 28), 2024)
    assert (certificate.is_live_on(date(2027, 2, 28)), certificate.is_live_on(date(2027, 3, 1))) == (True, False)
    assert record(decided_on=date(2024, 2, 29), tier="centre", **facts) == (certificate, False)
    undated, _created = record(decided_on=None, decided_year=2020, **facts)
    assert (undated.expires_on, undated.is_live_on(date(2020, 6, 1))) == (None, False)
    assert Entry.objects.filter(action="certificate.recorded").count() == 2


@pytest.mark.parametrize("name", ["register.csv", "register.xlsx"])
def test_a_wrong_file_is_refused_and_changes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    before = everything()
    with pytest.raises(CommandError):
        load(path)
    assert everything() == before


def test_without_the_groups_it_is_refused() -> None:
    Category.objects.all().delete()
    with pytest.raises(NoGroups):
        take_in(register=Register(rows=read(REAL, on=date(2026, 1, 1)).rows))
    assert not Product.objects.exists()


def test_an_error_in_the_middle_leaves_nothing_behind() -> None:
    rows = read(REAL, on=date(2026, 1, 1)).rows[:3]
    broken = Row(**{**vars(rows[2]), "stars": 9})  # The database refuses nine stars.
    with pytest.raises(Exception, match="certificate_stars"):
        take_in(register=Register(rows=[*rows[:2], broken]))
    assert not Certificate.objects.exists()
    assert not Partner.objects.exists()
