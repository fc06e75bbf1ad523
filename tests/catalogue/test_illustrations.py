"""Every product of the register gets a drawing of its own kind."""

import csv
from pathlib import Path

import pytest

from catalogue.illustrations import GENERIC, GROUNDS, GROUPS, KINDS, MANY, illustration_for, kind_of

ROOT = Path(__file__).resolve().parents[2]
GOODS = ROOT / "storefront/static/img/goods"
REGISTER = ROOT / "marketplace/certificates/data/register.csv"


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Đường thốt nốt dạng viên", "duong-thot-not"),
        ("Đường thốt nốt bột Palmania", "duong-bot"),
        ("Đường thốt nốt sệt Palmania", "duong-hu"),
        ("Đường thốt nốt dạng hũ Ngọc Trang", "duong-hu"),
        ("Mật nhụy hoa thốt nốt", "mat-thot-not"),
        ("Nước màu thốt nốt nguyên chất", "mat-thot-not"),
        ("Rượu thốt nốt Minh Thiện", "ruou"),
        ("Rượu vang thốt nốt 12%VOL", "ruou-vang"),
        ("Tranh lá thốt nốt", "tranh-la"),
        ("Trà xạ đen (túi lọc)", "tra-tui-loc"),
        ("Trà mãng cầu", "tra"),
        ("Mãng cầu hoàng hậu", "mang-cau"),
        ("Gạo Điền Tín ST25 lúa tôm", "gao"),
        ("Gạo lức đỏ Kim Thiên Lộc", "gao-lut"),
        ("Lạp xưởng bò (tung lò mò)", "lap-xuong"),
        ("Lò mò Pđăm (Khô bò)", "kho-bo"),
        ("Khô cá lóc 7 Chóp", "kho-ca"),
        ("Khô ếch một nắng", "kho-ech"),
        ("Cá linh kho mía", "ca-kho"),
        ("Chả cá sốt Mayonnaise", "ca-kho"),
        ("Cá chẽm", "ca-tuoi"),
        ("Mắm cá linh chưng", "mam"),
        ("Mắm chao cá mè vinh", "mam"),
        ("Nước mắm chay cô nành", "nuoc-mam"),
        ("Tôm khô Anh Chọn", "tom-kho"),
        ("Tôm càng xanh Quỳnh Thư", "tom"),
        ("Ba khía muối Dũng Thấm", "ba-khia"),
        ("Cà na muối Hòa Kiều", "ca-na"),
        ("Rượu cà na", "ruou"),
        ("Muối tiêu Phú Quốc Thanh Quốc", "muoi-tieu"),
        ("Tiêu chín ngào đường Phú Quốc Thanh Quốc", "tieu"),
        ("Chả lụa Minh Trí", "cha-lua"),
        ("Chả thủ", "cha-thit"),
        ("Sò huyết bãi bồi", "so"),
        ("Giỏ sò bàng", "gio-co-bang"),
        ("Tụng bụng phình", "tui-co-bang"),
        ("Cặp laptop (cỏ bàng)", "balo-co-bang"),
        ("Sà rông", "sa-rong"),
        ("Kem trái cây vị sầu riêng", "kem"),
        ("Nước khoáng thiên nhiên SM", "nuoc-khoang"),
    ],
)
def test_a_name_finds_its_kind(title: str, stem: str) -> None:
    assert kind_of(title) == stem


def test_tones_and_case_do_not_matter() -> None:
    assert kind_of("DUONG THOT NOT") == kind_of("đường thốt nốt") == "duong-thot-not"


def test_a_name_that_says_nothing_falls_to_its_group_and_then_to_the_gift_box() -> None:
    assert kind_of("Tâm An", "II Đồ uống") == GROUPS["II"]
    assert kind_of("Tâm An", "iii") == GROUPS["III"]
    assert kind_of("Tâm An", "IV.2.a") == GROUPS["IV"]
    assert kind_of("Tâm An") == GENERIC


def test_no_product_of_the_register_is_left_with_the_gift_box() -> None:
    with REGISTER.open(encoding="utf-8") as file:
        names = [row["product_name"] for row in csv.DictReader(file)]
    assert len(names) >= 121
    assert [name for name in names if kind_of(name) == GENERIC] == []


def test_every_kind_has_a_drawing_and_every_drawing_a_kind() -> None:
    named = {stem for stem, _ in KINDS} | set(GROUPS.values()) | {GENERIC}
    grounds = {f"{stem}-{ground}" for stem in MANY for ground in range(2, GROUNDS + 1)}
    assert named | grounds == {file.stem for file in GOODS.glob("*.svg")}


def test_a_common_kind_stands_on_several_grounds_and_each_product_keeps_its_own() -> None:
    names = [f"Nước mắm Phú Quốc {degrees} độ đạm" for degrees in range(30, 44)]
    drawn = {illustration_for(name) for name in names}
    assert drawn == {"nuoc-mam", "nuoc-mam-2", "nuoc-mam-3"}
    assert illustration_for("Sà rông") == "sa-rong"
    assert illustration_for(names[0]) == illustration_for(names[0].upper())
