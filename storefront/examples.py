"""What the /components/ page shows: every component in every state, with long Vietnamese names. Invented, all of it."""

from datetime import timedelta
from types import SimpleNamespace as Some
from typing import Any

import segno
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.notices.letters import in_inbox, sample

TITLES = (
    ("Đường thốt nốt đặc biệt cô đặc", "duong-hu"),
    ("Mật ong hoa nguyên chất rừng tràm, hũ thủy tinh nắp gỗ khắc tay năm trăm gam", "mat-ong"),
    ("Nước mắm cốt cá cơm 43 độ đạm", "nuoc-mam"),
    ("Balo cỏ bàng cỡ lớn thêu hoa văn thổ cẩm Chăm", "balo-co-bang"),
    ("Sà rông", "sa-rong"),
    ("Khô cá sặc rằn một nắng", "kho-ca"),
    ("Trà sâm Bạch hoa thảo túi lọc", "tra-tui-loc"),
    ("Rượu thốt nốt 29 độ", "ruou"),
)
GROUPS = (
    ("Thực phẩm", "duong-thot-not", 96),
    ("Đồ uống", "dau-tam", 14),
    ("Dược liệu và sản phẩm từ dược liệu", "tinh-dau", 1),
    ("Thủ công mỹ nghệ", "gio-co-bang", 18),
    ("Sinh vật cảnh", "trai-cay", 0),
    ("Du lịch cộng đồng", "du-lich", 3),
)
PRODUCER = "Hợp tác xã Thương mại – Dịch vụ – Chăn nuôi ếch và Phụ nữ đan cỏ bàng Vùng Bảy Núi"


class ExampleForm(forms.Form):
    """One field of each sort."""

    name = forms.CharField(label=_("Name"), help_text=_("As the carrier should read it."))
    phone = forms.CharField(label=_("Phone"))
    commune = forms.ChoiceField(
        label=_("Commune"), choices=[("", "—"), ("1", "Phường Thới Sơn"), ("2", "Xã Thoại Sơn")]
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    photograph = forms.FileField(label=_("Photograph"), required=False)
    payment = forms.ChoiceField(
        label=_("Payment"),
        widget=forms.RadioSelect,
        choices=[("card", _("Card")), ("cod", _("Cash on delivery")), ("counter", _("Cash at the sales point"))],
    )
    quantity = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=99)
    adult = forms.BooleanField(label=_("I am 18 or older"))


def badge(stars: int, *, demonstration: bool = False) -> Some:
    """A certificate that is live on the day of the page."""
    return Some(
        stars=stars,
        decision_number="1489/QĐ-UBND",
        decided_on=timezone.localdate() - timedelta(days=200),
        expires_on=timezone.localdate() + timedelta(days=880),
        authority="Ủy ban nhân dân tỉnh An Giang",
        demonstration=demonstration,
    )


def cards() -> list[Some]:
    """Cards with and without stars, few left, none left, no price."""
    badges = [
        badge(4),
        badge(3, demonstration=True),
        badge(5),
        None,
        None,
        badge(4, demonstration=True),
        badge(3),
        None,
    ]
    return [
        Some(
            url="#",
            title=title,
            picture=None,
            illustration=stem,
            producer=PRODUCER if number == 1 else "Hộ kinh doanh Minh Thiện",
            place="Phường Thới Sơn",
            price=None if number == 6 else 45_000 + 81_000 * number,
            badge=badges[number],
            available=(40, 3, 12, 0, 25, 30, 8, 1)[number],
            alcohol=stem == "ruou",
            demonstration=True,
        )
        for number, (title, stem) in enumerate(TITLES)
    ]


def summary() -> Some:
    """A basket's worth of lines and sums."""
    lines = [
        Some(
            title=title,
            url="#",
            picture=None,
            illustration=stem,
            seller=PRODUCER,
            quantity=2,
            unit_price=61_000,
            total=122_000,
            badge_stars=4 if stem == "duong-hu" else None,
        )
        for title, stem in TITLES[:3]
    ]
    return Some(
        lines=lines, subtotal=366_000, discount=0, shipping=32_000, shipping_label="", vat=24_600, total=398_000
    )


def options(*rows: tuple[str, str, int | None, bool]) -> list[Some]:
    """Choices of a filter."""
    return [Some(value=value, label=label, count=count, selected=on, url="#") for value, label, count, on in rows]


def facets() -> Some:
    """All filters, some of them taken."""
    return Some(
        stars=options(("5", "★★★★★", 2, False), ("4", "★★★★", 14, True), ("3", "★★★", 146, False)),
        groups=options(("1", "Thực phẩm", 96, False), ("2", "Đồ uống", 14, False), ("4", "Thủ công mỹ nghệ", 18, True)),
        communes=options(("1", "Phường Thới Sơn", 12, False), ("2", "Xã Thoại Sơn", 7, False)),
        points=options(("1", "Điểm giới thiệu và bán sản phẩm OCOP Châu Đốc", 31, False)),
        price_min=None,
        price_max=250000,
        in_stock=True,
    )


def steps() -> list[Some]:
    """An order under way."""
    now = timezone.now()
    return [
        Some(label=_("Order placed"), at=now - timedelta(hours=30), state="done", note=""),
        Some(label=_("Paid"), at=now - timedelta(hours=29), state="done", note="Thẻ •••• 4242"),
        Some(label=_("Ready for pickup"), at=now - timedelta(hours=2), state="now", note="Điểm OCOP Châu Đốc"),
        Some(label=_("Collected"), at=None, state="todo", note=""),
    ]


def examples() -> dict[str, Any]:
    """The whole context of the page."""
    return shop_examples() | price_examples() | place_examples() | desk_examples()


def _letter(is_new: bool) -> Any:
    """As the inbox shows it."""
    title, text = in_inbox(sample("order_ready", "vi"), "vi")
    return Some(title=title, text=text, at=timezone.now(), is_new=is_new)


def shop_examples() -> dict[str, Any]:
    """Goods, forms, filters and pages."""
    wrong = ExampleForm({"name": "", "phone": "12", "payment": "cod", "quantity": 400})
    wrong.is_valid()
    links = [Some(label=n, url="" if n == "…" else "#", selected=n == "3") for n in ("1", "2", "3", "4", "…", "9")]
    return {
        "cards": cards(),
        "badges": [badge(3), badge(4), badge(5), badge(4, demonstration=True)],
        "past": [Some(decision_number="", decided_year=2020, demonstration=False)],
        "form": ExampleForm(initial={"quantity": 2, "payment": "card"}),
        "wrong": wrong,
        "summary": summary(),
        "steps": steps(),
        "facets": facets(),
        "chosen": options(("4", "4 sao", None, True), ("4", "Thủ công mỹ nghệ", None, True)),
        "transfer": Some(
            bank="Vietcombank",
            number="1017595600",
            holder="VAN PHONG OCOP AN GIANG",
            amount=1_250_000,
            digits=1_250_000,
            reference="AG7K3M9Q2XF",
            qr=segno.make_qr("VietQR").svg_data_uri(scale=6, border=4),
            came=0,
            demonstration=True,
        ),
        "letters": [_letter(is_new) for is_new in (True, False)],
        "crumbs": [Some(label=label, url="#") for label in ("Trang chủ", "Thực phẩm", TITLES[1][0])],
        "pager": Some(number=3, pages=9, previous_url="#", next_url="#", links=links),
        "facts": [("Khối lượng tịnh", "500 g"), ("Thành phần", "Mật hoa thốt nốt 100 %"), ("Bảo quản", "Nơi khô, mát")],
        "groups": [Some(label=label, url="#", illustration=stem, count=count) for label, stem, count in GROUPS],
    }


def price_examples() -> dict[str, Any]:
    """Quantity prices, and a gift box."""
    return {
        "box": Some(
            box=Some(title="Hộp quà Tết Sum Vầy, giỏ cỏ bàng đan tay", get_absolute_url="#"),
            makers=4,
            price=738_000,
            available=7,
            contents=[Some(picture=None, illustration=stem) for _title, stem in TITLES[:4]],
        ),
        "inside": [
            (title, number, badge(3 + number) if number < 3 else None) for number, (title, _) in enumerate(TITLES[:4])
        ],
        "tiers": [Some(from_quantity=10, price=108_000), Some(from_quantity=50, price=96_000)],
    }


def place_examples() -> dict[str, Any]:
    """A sales point, a producer, and a parcel before it is ordered."""
    point = Some(
        name="Điểm giới thiệu và bán sản phẩm OCOP Châu Đốc",
        url="#",
        address="Lê Lợi, Phường Châu Đốc, An Giang",
        phone="0296 000 000",
        hours=["Thứ hai – Thứ bảy: 7:30–18:00"],
        pickup=True,
        demonstration=True,
    )
    producer = Some(name=PRODUCER, kind="Hợp tác xã", phone="0296 000 000", story="Nấu đường.", demonstration=True)
    parcel = Some(
        title=f"Kiện hàng từ {point.name}",
        goods=[f"2 × {TITLES[0][0]}", f"1 × {TITLES[1][0]}"],
        pieces=3,
        when="giao đến nhà trước thứ hai, 23/11",
        fee=30_000,
    )
    return {"point": point, "producer": producer, "parcel": parcel}


def desk_examples() -> dict[str, Any]:
    """What work pages are made of."""
    names = enumerate(("Hôm nay", "Đơn hàng", "Tồn kho"))
    return {
        "nav": [Some(label=label, url="#", selected=n == 1, count=n * 3) for n, label in names],
        "heads": ["Mã", "Sản phẩm", "Số lượng", "Thành tiền"],
        "rows": [
            ["AG-7K3M9Q2X", TITLES[1][0], "2", "122.000 ₫"],
            ["AG-9QX27K3M", TITLES[0][0], "12", "1.464.000 ₫"],
        ],
    }
