"""What a shopper told us on the way to an order; kept in the session until the order is placed."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Details:
    name: str
    phone: str  # E.164
    email: str
    method: str  # "delivery", "pickup" or "both"
    payment: str  # Order.Method: "card", "transfer", "cod" or "counter"
    province_id: int | None = None
    commune_id: int | None = None
    street: str = ""
    location_id: int | None = None
    collect_on: date | None = None
    adult: bool = False
    language: str = "vi"
    note: str = ""
    collected: tuple[int, ...] = ()  # products that are collected, where others are delivered
    one_parcel: bool = False  # what is delivered comes in one parcel, if later
    invoice: dict[str, str] | None = None  # to whom it is made out, as invoices.actions.ask takes it

    @property
    def is_pickup(self) -> bool:
        return self.method == "pickup"

    @property
    def is_mixed(self) -> bool:
        return self.method == "both"

    @property
    def delivers(self) -> bool:
        """Something goes to the door."""
        return not self.is_pickup

    @property
    def visits(self) -> bool:
        """Something is collected."""
        return self.is_pickup or self.is_mixed

    def collects(self, product_id: int) -> bool:
        """The product, in whatever lines it stands, is collected and not delivered."""
        return self.is_pickup or (self.is_mixed and product_id in self.collected)

    def plain(self) -> dict[str, Any]:
        """As JSON for the session."""
        return asdict(self) | {
            "collect_on": self.collect_on and self.collect_on.isoformat(),
            "collected": list(self.collected),
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Details":
        """From the session; what a newer release does not know any more is left out."""
        known = {name: value for name, value in kept.items() if name in cls.__dataclass_fields__}
        made = cls(**known | {"collected": tuple(known.get("collected", ()))})
        day = known.get("collect_on")
        return replace(made, collect_on=date.fromisoformat(day)) if day else made
