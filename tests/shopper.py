"""A shopper on the way to an order, in either language, stopping right before the last step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marketplace.locations.models import Location
from tests import make
from tests.visitor import Visitor

Ask = Callable[[], Any]
TITLE = "Đường thốt nốt Ba Tô"


@dataclass
class Shop:
    """Ten pieces of sugar at Mai's point, and a visitor who reads this language."""

    language: str
    product: Any
    spirit: Any
    place: Location
    folder: Path = Path()  # where its files go
    visitor: Visitor = field(default_factory=Visitor)

    def at(self, path: str) -> str:
        return f"/en{path}" if self.language == "en" else path

    def get(self, path: str) -> Ask:
        return lambda: self.visitor.get(self.at(path), follow=True)

    def post(self, path: str, data: Any) -> Ask:
        return lambda: self.visitor.post(self.at(path), data, follow=True)

    def call(self, path: str, body: bytes, **headers: str) -> Ask:
        headers |= {"Accept-Language": self.language}
        return lambda: self.visitor.post(path, body, "application/json", headers=headers)

    def fill(self, product: Any = None, quantity: int = 2) -> None:
        self.post(f"/basket/add/{(product or self.product).pk}/", {"quantity": quantity, "next": self.at("/basket/")})()

    def typed(self, **fields: Any) -> dict[str, Any]:
        home = make.commune()
        return {
            "name": "Nguyễn Thị Lan", "phone": "0912 000 001", "email": "lan@example.vn", "method": "delivery",
            "province": home.province_id, "commune": home.pk, "street": "12 Trần Hưng Đạo", "payment": "cod", "note": "",
        } | fields  # fmt: skip

    def details(self, **fields: Any) -> Ask:
        self.fill()
        return self.post("/checkout/", self.typed(**fields))

    def agreed(self, quantity: int = 2) -> dict[str, Any]:
        """All was said and read; one press is missing."""
        self.fill(quantity=quantity)
        self.post("/checkout/", self.typed())()
        return self.get("/checkout/review/")().context["form"].initial | {"accept": "on"}


def opened(language: str, folder: Path) -> Shop:
    """Ten pieces of everything, and parcels to anywhere."""
    product = make.product(TITLE)
    place = make.stock(product, 10)
    spirit = make.product("Rượu nếp than", ethanol_percent=30)
    make.stock(spirit, 10, at_place=place)
    make.tariff()
    return Shop(language, product, spirit, place, folder)
