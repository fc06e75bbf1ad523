"""How a carrier hears of parcels and tells about them. Each kind of carrier has its own way; all speak of the same things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused


class NothingExchanged(Refused):
    """The carrier's parcels are marked by hand."""

    sentence = _("No files are exchanged with %(carrier)s.")
    code = "carrier_exchanges_nothing"


@dataclass(frozen=True)
class Consignment:
    """A parcel as a carrier must know it. `cash`: what to take at the door."""

    reference: str
    tracking_number: str
    receiver: str
    phone: str
    street: str
    commune: str
    province: str
    grams: int
    cash: Decimal
    note: str = ""

    @property
    def address(self) -> str:
        return ", ".join(part for part in (self.street, self.commune, self.province) if part)


@dataclass(frozen=True)
class Told:
    """One thing that a carrier says. `key`: its own number of it; of a file's row without one, what it says.

    `why` is one of our reasons why a parcel was not taken; `reason` is in the carrier's words.
    """

    tracking_number: str
    status: str
    happened_at: datetime
    reason: str = ""
    key: str = ""
    why: str = ""

    @property
    def known_as(self) -> str:
        said = f"{self.tracking_number}\n{self.status}\n{self.happened_at.timestamp():.0f}"
        return self.key or sha256(said.encode()).hexdigest()


@dataclass(frozen=True)
class Row:
    """A row of a status file: what it says, or why it cannot be read. `number` is the spreadsheet's."""

    number: int
    tracking_number: str
    told: Told | None = None
    refusal: Refused | None = None


class CarrierGateway(Protocol):
    """What the shop asks of any carrier's side."""

    def manifest(self, consignments: Sequence[Consignment]) -> bytes:
        """The file that goes with the parcels."""

    def statuses(self, name: str, data: bytes) -> list[Row]:
        """What the carrier's file says, row by row."""
