"""What each producer is owed: entries, the statements that they stand on, and what is withheld."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.partner.models import Partner


def dong(**options: object) -> models.DecimalField:
    return models.DecimalField(max_digits=14, decimal_places=0, **options)


def _percent(name: object = None) -> models.DecimalField:
    return models.DecimalField(name, max_digits=5, decimal_places=2, default=0)


def person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class OfParties(models.QuerySet):
    """Rows of a producer and a place."""

    def for_reader(self, user):
        """Of the producers a person acts for and of the places where the person works; the office sees all."""
        if user.is_staff:
            return self
        mine = Q(producer__in=Partner.objects.filter(users=user)) | Q(location__in=user.locations.all())
        return self.filter(mine)


class TaxRate(models.Model):
    """What the shop withholds of online sales from a day on, until a later row says otherwise."""

    class Nature(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")

    producer_kind = models.CharField(_("Kind of producer"), max_length=20, choices=Partner.Kind.choices)
    nature = models.CharField(_("What is sold"), max_length=10, choices=Nature.choices)
    vat_percent = _percent(_("VAT withheld, %"))
    pit_percent = _percent(_("Personal income tax withheld, %"))
    valid_from = models.DateField(_("Valid from"))
    source = models.CharField(_("Source"), max_length=200)

    class Meta:
        ordering = ["producer_kind", "nature", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["producer_kind", "nature", "valid_from"], name="one_tax_rate_a_day"),
            models.CheckConstraint(
                name="tax_is_a_share",
                condition=Q(vat_percent__gte=0, pit_percent__gte=0, vat_percent__lte=50, pit_percent__lte=50),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producer_kind} {self.nature} from {self.valid_from}"


class Intake(models.Model):
    """How far the ledger was taken in: the last movement that no later writer can still come before. One row."""

    movement_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.movement_id)


class StatementQuerySet(OfParties):
    def agreed(self) -> "StatementQuerySet":
        """Both sides have confirmed them, and nothing is in dispute."""
        return self.filter(place_confirmed_at__isnull=False, producer_confirmed_at__isnull=False).settled()

    def settled(self) -> "StatementQuerySet":
        """Not in dispute."""
        return self.filter(Q(disputed_at=None) | Q(answered_at__isnull=False))

    def disputed(self) -> "StatementQuerySet":
        return self.filter(disputed_at__isnull=False, answered_at=None)


class Statement(models.Model):
    """What a place and a producer have between them at the end of a period. Opens with what the one before closed with."""

    class State(models.TextChoices):
        READY = "ready", pgettext_lazy("statement", "To be confirmed")
        DISPUTED = "disputed", pgettext_lazy("statement", "In dispute")
        CONFIRMED = "confirmed", pgettext_lazy("statement", "Confirmed by both")
        PAID = "paid", pgettext_lazy("statement", "Paid")

    producer = models.ForeignKey(Partner, models.PROTECT, related_name="statements")
    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()  # 1, 2, 3 … between the two
    starts_on = models.DateField()
    ends_on = models.DateField()
    opening = dong()
    gross = dong()
    commission = dong()
    vat = dong()
    pit = dong()
    net = dong()  # of the entries, payments included
    closing = dong()
    made_at = models.DateTimeField()
    place_confirmed_by = person()
    place_confirmed_at = models.DateTimeField(null=True)
    producer_confirmed_by = person()
    producer_confirmed_at = models.DateTimeField(null=True)
    disputed_by = person()
    disputed_at = models.DateTimeField(null=True)
    dispute = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    demonstration = models.BooleanField(default=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["producer", "location", "number"], name="statement_once"),
            models.UniqueConstraint(fields=["producer", "location", "ends_on"], name="statement_ends_once"),
            models.CheckConstraint(name="statement_adds_up", condition=Q(closing=F("opening") + F("net"))),
            models.CheckConstraint(name="statement_goes_forward", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="dispute_has_a_reason", condition=Q(disputed_at=None) ^ ~Q(dispute="")),
            models.CheckConstraint(name="answer_is_to_a_dispute", condition=Q(answered_at=None) | ~Q(disputed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.producer_id} at {self.location_id}, {self.number}"

    @property
    def name(self) -> str:
        """Short enough for a bank's line, and nobody else's."""
        return f"QT{self.pk:06}"

    @property
    def in_dispute(self) -> bool:
        return self.disputed_at is not None and self.answered_at is None

    @property
    def is_agreed(self) -> bool:
        both = self.place_confirmed_at is not None and self.producer_confirmed_at is not None
        return both and not self.in_dispute

    @property
    def state(self) -> str:
        """Where it stands; the pay-outs should be prefetched where there are many."""
        if any(line.live and line.payout.paid_at for line in self.payout_lines.all()):
            return self.State.PAID
        if self.in_dispute:
            return self.State.DISPUTED
        return self.State.CONFIRMED if self.is_agreed else self.State.READY

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)


class EntryQuerySet(OfParties):
    def open(self) -> "EntryQuerySet":
        """On no statement yet."""
        return self.filter(statement=None)

    def online(self) -> "EntryQuerySet":
        return self.filter(kind__in=Entry.ONLINE)


class Entry(models.Model):
    """Append-only (a trigger refuses change and removal): one sold, returned, bought or paid thing, to the đồng.

    Only its statement is filled in, once, when the period is closed.
    """

    class Kind(models.TextChoices):
        ONLINE = "online", pgettext_lazy("settlement", "Sold online")
        ONLINE_BACK = "online-back", pgettext_lazy("settlement", "Returned, sold online")
        TILL = "till", pgettext_lazy("settlement", "Sold at the till")
        TILL_BACK = "till-back", pgettext_lazy("settlement", "Returned at the till")
        BOUGHT = "bought", pgettext_lazy("settlement", "Bought firm")
        CORRECTED = "corrected", pgettext_lazy("settlement", "Correction")
        PAID = "paid", pgettext_lazy("settlement", "Paid out")

    ONLINE = (Kind.ONLINE, Kind.ONLINE_BACK)

    producer = models.ForeignKey(Partner, models.PROTECT, related_name="entries", db_index=False)
    location = models.ForeignKey("locations.Location", models.PROTECT, related_name="entries", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    key = models.CharField(
        max_length=120, unique=True, db_collation="C"
    )  # "sold:12", "till:12:0", "bought:7", "given-back:4", "paid:3"
    title = models.CharField(max_length=255)  # as sold
    reference = models.CharField(max_length=80, blank=True)  # order number, till, lot or pay-out
    quantity = models.IntegerField(default=0)  # pieces, signed
    gross = dong(default=0)
    percent = _percent()  # commission as agreed
    commission = dong(default=0)
    vat = dong(default=0)
    pit = dong(default=0)
    net = dong()
    order_line_id = models.BigIntegerField(null=True)  # of what was sold online, named by key
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="entries", db_index=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["producer", "location"], condition=Q(statement=None), name="entry_open"),
            models.Index(fields=["statement", "happened_at"], name="entry_of_statement"),
            models.Index(fields=["order_line_id"], condition=~Q(order_line_id=None), name="entry_of_line"),
        ]
        constraints = [
            models.CheckConstraint(
                name="entry_adds_up",
                condition=Q(kind__in=["corrected", "paid"], gross=0, commission=0, vat=0, pit=0)
                | (~Q(kind__in=["corrected", "paid"]) & Q(net=F("gross") - F("commission") - F("vat") - F("pit"))),
            ),
            models.CheckConstraint(
                name="entry_has_its_sign",
                condition=Q(kind="corrected")
                | Q(kind="paid", net__lt=0)
                | Q(kind__in=["online", "till", "bought"], quantity__gt=0, gross__gte=0)
                | Q(kind__in=["online-back", "till-back"], quantity__lt=0, gross__lte=0),
            ),
            models.CheckConstraint(
                name="tax_of_online_sales_alone", condition=Q(kind__in=["online", "online-back"]) | Q(vat=0, pit=0)
            ),
            models.CheckConstraint(
                name="online_sales_have_a_line",
                condition=Q(kind__in=["online", "online-back"]) ^ Q(order_line_id=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.net}"
