"""What a listing is, and what a proposed change would make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from . import labels
from .models import LabelFacts, ListingChange, Product

LABEL = tuple(field.name for field in LabelFacts._meta.get_fields())
TEXT = ("title", "description")


@dataclass(frozen=True)
class Difference:
    """One field of a listing, as it is live and as it is proposed."""

    label: str
    old: str
    new: str

    @property
    def changed(self) -> bool:
        return self.old != self.new


def differences(change: ListingChange) -> list[Difference]:
    """Every field side by side, what changed first; a new listing has nothing on the left."""
    rows = [_difference(change, name) for name in (*TEXT, *LABEL)]
    group = group_of(change.product) if change.product else None
    rows.insert(1, Difference(_("Product group"), group.label if group else "", change.category.label))
    if change.product is None:
        rows.append(Difference(_("Price, ₫"), "", _text(change.price)))
    return sorted(
        (row for row in rows if row.old or row.new), key=lambda row: change.product is not None and not row.changed
    )


def group_of(product: Product) -> Any:
    """The one product group, or None. One query unless prefetched."""
    return next(iter(product.categories.all()), None)


def incomplete(change: ListingChange) -> list[str]:
    """The labels of the fields that are needed before the office may look."""
    names = labels.missing(change, change.category.code or "")
    if change.product is None and change.price is None:
        names.append("price")
    return [_label(name) for name in names]


def open_changes(product_ids: Iterable[int]) -> dict[int, ListingChange]:
    """The draft or waiting change of each product that has one."""
    status = ListingChange.Status
    rows = ListingChange.objects.filter(product__in=list(product_ids), status__in=[status.DRAFT, status.SUBMITTED])
    return {row.product_id: row for row in rows if row.product_id}


def _difference(change: ListingChange, name: str) -> Difference:
    old = getattr(change.product, name) if change.product else None
    return Difference(_label(name), _text(old), _text(getattr(change, name)))


def _label(name: str) -> str:
    field: Any = ListingChange._meta.get_field(name)
    return str(field.verbose_name)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else ""
    return "" if value is None else str(value).strip()
