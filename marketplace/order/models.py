"""Orders, and their lines as sold."""

import secrets
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from oscar.apps.address.abstract_models import AbstractShippingAddress
from oscar.apps.order.abstract_models import AbstractLine, AbstractOrder

from marketplace.money import first_pieces
from marketplace.partner.tiers import least_for


def new_token() -> str:
    """Unguessable: whoever holds the link may read the order."""
    return secrets.token_urlsafe(24)


class OrderQuerySet(models.QuerySet["Order"]):
    def for_shopper(self, user) -> "OrderQuerySet":
        return self.filter(user=user)

    def past_due(self, at: datetime) -> "OrderQuerySet":
        """Not paid although the time for it is over."""
        return self.filter(status=Order.Status.AWAITING_PAYMENT, pay_by__lte=at).order_by("pay_by")


class Order(AbstractOrder):
    """What a shopper bought, for how much, and how it is paid. Amounts are whole đồng, VAT included."""

    class Status(models.TextChoices):
        AWAITING_PAYMENT = "awaiting-payment", _("Awaiting payment")
        CONFIRMED = "confirmed", _("Confirmed")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")

    class Method(models.TextChoices):
        CARD = "card", _("Card")
        TRANSFER = "transfer", _("Bank transfer (VietQR)")
        COD = "cod", _("Cash on delivery")
        COUNTER = "counter", _("Cash at the sales point")

    IN_CASH = (Method.COD, Method.COUNTER)  # taken when the goods change hands; the others are paid first

    class Because(models.TextChoices):
        """Why an order was cancelled, or goes on without a parcel, where no person wrote the reason."""

        UNPAID = "unpaid", _("It was not paid in time.")
        SHOPPER = "shopper", _("The shopper cancelled it.")
        OFFICE = "office", _("The shop cancelled it.")
        SOLD_OUT = "sold-out", _("The payment came late, and the goods were sold meanwhile.")
        UNCOLLECTED = "uncollected", _("It was not collected in time.")
        UNDELIVERED = "undelivered", _("It could not be delivered.")
        LOST = "lost", _("It was lost on the way.")
        UNCONFIRMED = "unconfirmed", _("It was not confirmed in time.")
        SHORT = "short", _("The goods were sold at the sales point meanwhile.")
        DISPUTED = "disputed", _("The bank gave the money back to the buyer.")

    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    payment_method = models.CharField(_("Payment"), max_length=10, choices=Method.choices, default=Method.CARD)
    contact_name = models.CharField(_("Name"), max_length=120, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=16, blank=True, default="")
    language = models.CharField(max_length=5, default="vi")
    adult_confirmed = models.BooleanField(default=False)
    pay_by = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    # What the shopper need not pay after all: pieces taken off, and a delivery fee that nobody can collect any more.
    given_up = models.DecimalField(max_digits=12, decimal_places=0, default=0)

    objects = OrderQuerySet.as_manager()

    class Meta(AbstractOrder.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["basket"], name="one_order_per_basket"),
            models.CheckConstraint(
                name="order_in_whole_dong",
                condition=models.Q(total_incl_tax=models.functions.Round("total_incl_tax"), total_incl_tax__gte=0),
            ),
            models.CheckConstraint(
                name="order_gives_up_no_more_than_all",
                condition=models.Q(given_up__gte=0, given_up__lte=models.F("total_incl_tax")),
            ),
        ]

    @property
    def email(self) -> str:
        """Where the order's messages go."""
        return self.guest_email or (self.user.email if self.user else "") or ""

    @property
    def due(self) -> Decimal:
        """What it costs now; the totals stay as sold."""
        return self.total_incl_tax - self.given_up

    @property
    def in_cash(self) -> bool:
        return self.payment_method in self.IN_CASH

    @property
    def is_pickup(self) -> bool:
        """All of it is collected."""
        return self.shipping_code == "pickup"

    @property
    def is_mixed(self) -> bool:
        """Some of it is delivered, some collected."""
        return self.shipping_code == "both"

    @property
    def awaits_confirmation(self) -> bool:
        """In cash, and for so much that the shopper must say yes once more."""
        return self.in_cash and self.status == self.Status.AWAITING_PAYMENT

    @property
    def status_label(self) -> str:
        if self.awaits_confirmation:
            return str(_("Awaiting confirmation"))
        return str(self.Status(self.status).label)

    @property
    def cancel_label(self) -> str:
        """The reason in the reader's language, or as a person wrote it."""
        known = self.cancel_reason in self.Because.values
        return str(self.Because(self.cancel_reason).label) if known else self.cancel_reason


class Line(AbstractLine):
    """A line as sold: price, tax, commission, stars and certificate stay as they were that moment."""

    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    certificate = models.ForeignKey(
        "certificates.Certificate", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    vat_percent = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    commission_percent = models.DecimalField(max_digits=4, decimal_places=2, default=0)
    weight_grams = models.PositiveIntegerField(default=0)
    box = models.ForeignKey("boxes.Box", models.PROTECT, null=True, blank=True, related_name="order_lines")
    per_box = models.PositiveSmallIntegerField(null=True, blank=True)  # pieces in each box
    perishable = models.BooleanField(default=False)
    cancelled_quantity = models.PositiveIntegerField(default=0)  # pieces that were not there or not wanted: taken off
    returned_quantity = models.PositiveIntegerField(default=0)  # pieces that were handed over and then paid back

    class Meta(AbstractLine.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(name="line_of_something", condition=models.Q(quantity__gt=0)),
            models.CheckConstraint(
                name="line_cancels_no_more_than_all", condition=models.Q(cancelled_quantity__lte=models.F("quantity"))
            ),
            models.CheckConstraint(
                name="line_returns_no_more_than_left",
                condition=models.Q(returned_quantity__lte=models.F("quantity") - models.F("cancelled_quantity")),
            ),
            models.CheckConstraint(
                name="line_of_whole_boxes",
                condition=models.Q(box=None, per_box=None)
                | models.Q(
                    box__isnull=False,
                    per_box__isnull=False,
                    per_box__gt=0,
                    quantity=models.F("per_box") * (models.F("quantity") / models.F("per_box")),
                ),
            ),
        ]

    @property
    def left_quantity(self) -> int:
        """Pieces that the buyer gets, or got."""
        return self.quantity - self.cancelled_quantity

    @property
    def kept_quantity(self) -> int:
        """Pieces that the buyer pays for."""
        return self.left_quantity - self.returned_quantity

    @property
    def left_incl_tax(self) -> Decimal:
        """What the pieces cost that were neither taken off nor paid back."""
        return self.cost_of(self.kept_quantity)

    @property
    def left_excl_tax(self) -> Decimal:
        return self._share(self.line_price_excl_tax, self.kept_quantity)

    @property
    def off_incl_tax(self) -> Decimal:
        """What the others cost, that nobody pays."""
        return self.line_price_incl_tax - self.left_incl_tax

    @property
    def least(self) -> int:
        """So many pieces must stay, or none, for the price at which it was sold; by the quantity prices of today."""
        record = self.stockrecord
        if self.box_id or record is None or record.price is None:
            return 1
        about = {"quantity": self.quantity, "sold": self.unit_price_incl_tax or record.price}
        return least_for(record.price, record.quantity_prices, **about)

    def worth(self, pieces: int) -> Decimal:
        """How much less the line costs without so many more pieces. The last of all carries the rounding."""
        return self.left_incl_tax - self.cost_of(self.kept_quantity - pieces)

    def cost_of(self, pieces: int) -> Decimal:
        """The first so many pieces as sold: each its share of the line, to the đồng."""
        return self._share(self.line_price_incl_tax, pieces)

    def _share(self, amount: Decimal, pieces: int) -> Decimal:
        return first_pieces(amount, pieces, self.quantity)


class ShippingAddress(AbstractShippingAddress):
    """Name and phone are on the order; here: street line and commune (no district, no post code)."""

    commune = models.ForeignKey("places.Commune", models.PROTECT, null=True, related_name="+")

    class Meta(AbstractShippingAddress.Meta):
        abstract = False


from oscar.apps.order.models import *
