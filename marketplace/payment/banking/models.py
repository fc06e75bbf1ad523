"""The shop's bank accounts and what their banks tell; and what any account is, whose ever."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..account_numbers import NUMBER
from ..banks import bank_name


class AccountNumber(models.Model):
    """An account at one of the banks that take VietQR transfers: of the shop, of a buyer, of a producer.

    Written as `account_numbers` writes it. What was kept before the holder's letters were folded stays as it was.
    """

    bin = models.CharField(_("Bank"), max_length=6)
    number = models.CharField(_("Account number"), max_length=19)
    holder = models.CharField(_("Account holder"), max_length=120)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_as_written",
                condition=Q(bin="", number="") | Q(bin__regex=r"^[0-9]{6}$", number__regex=NUMBER),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"

    @property
    def bank(self) -> str:
        return bank_name(self.bin)

    @property
    def masked(self) -> str:
        """For all who need not know it."""
        return f"••••{self.number[-4:]}"


class BankAccount(AccountNumber):
    """An account of the shop's own. One of them is shown to those who pay by transfer."""

    active = models.BooleanField(_("In use"), default=True)
    shown = models.BooleanField(default=False)
    demonstration = models.BooleanField(_("For demonstration: no money may be sent there"), default=False)

    class Meta(AccountNumber.Meta):
        abstract = False
        constraints = [
            *AccountNumber.Meta.constraints,
            models.UniqueConstraint(fields=["bin", "number"], name="bank_account_once"),
            models.UniqueConstraint(fields=["shown"], condition=Q(shown=True), name="one_account_shown"),
            models.CheckConstraint(name="shown_account_in_use", condition=Q(shown=False) | Q(active=True)),
        ]


class BankFormat(models.Model):
    """How a bank heads the columns of its files: our word for what stands there, and its heading."""

    bin = models.CharField(max_length=6, unique=True)
    columns = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return bank_name(self.bin)


class StatementFormat(BankFormat):
    """Which column of a bank's statements holds what."""


class PayoutFormat(BankFormat):
    """The columns of a file for many transfers from left to right; a bank without one gets the shop's own."""


class BankFeed(models.Model):
    """A program that posts an account's transactions. Its token is shown once; only the hash stays."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="feeds")
    name = models.CharField(_("Name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    last_contact_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Statement(models.Model):
    """A file of an account's transactions. `table` holds its cells until somebody has said what its columns are."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="statements")
    name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    table = models.JSONField(null=True)
    report = models.JSONField(default=list)  # of each row: its number, its line, or the code and facts of a refusal

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="statement_read_or_kept", condition=Q(read_at__isnull=True) ^ Q(table__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name


class StatementLine(models.Model):
    """One transaction of an account, once: `key` is the bank's number of it, or what it says. Above zero money came."""

    class State(models.TextChoices):
        NEW = "new", _("Being matched")
        LEFT = "left", _("To look at")
        TAKEN = "taken", _("Matched")
        ASIDE = "aside", _("Not ours")
        OUT = "out", _("Money out")

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="lines")
    key = models.CharField(max_length=100)
    bank_id = models.CharField(max_length=80, blank=True)
    happened_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=13, decimal_places=0)
    text = models.CharField(max_length=500, blank=True)
    payer = models.CharField(max_length=200, blank=True)
    balance = models.DecimalField(max_digits=15, decimal_places=0, null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=200, blank=True)
    statement = models.ForeignKey(Statement, models.PROTECT, null=True, related_name="lines")
    feed = models.ForeignKey(BankFeed, models.PROTECT, null=True, related_name="lines")
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["state", "id"], condition=Q(state__in=["new", "left"]), name="line_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="statement_line_once"),
            models.CheckConstraint(name="statement_line_of_something", condition=~Q(amount=0)),
            models.CheckConstraint(name="set_aside_for_a_reason", condition=~Q(state="aside") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.text}"
