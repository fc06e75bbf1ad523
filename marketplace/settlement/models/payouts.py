"""Pay-outs: where producers want their money, and what the bank is told to pay."""

from django.db import models
from django.db.models import Q

from marketplace.partner.models import Partner
from marketplace.payment.models import AccountNumber

from .entries import Statement, dong, person


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    def current(self) -> "BankAccountQuerySet":
        return self.filter(replaced_at=None)


class BankAccount(AccountNumber):
    """Where a producer wants the money. A new one is a new row, and to be verified again."""

    producer = models.ForeignKey(Partner, models.PROTECT, related_name="bank_accounts")
    entered_by = person()
    entered_at = models.DateTimeField()
    verified_by = person()
    verified_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    demonstration = models.BooleanField(default=False)

    objects = BankAccountQuerySet.as_manager()

    class Meta(AccountNumber.Meta):
        abstract = False
        constraints = [
            *AccountNumber.Meta.constraints,
            models.UniqueConstraint(fields=["producer"], condition=Q(replaced_at=None), name="one_bank_account"),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.masked}"


class Payout(models.Model):
    """A batch that the bank is told to pay."""

    made_by = person()
    made_at = models.DateTimeField()
    paid_by = person()
    paid_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    demonstration = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="payout_ends_once", condition=Q(paid_at=None) | Q(cancelled_at=None))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"CT{self.pk:05}"

    @property
    def is_open(self) -> bool:
        return self.paid_at is None and self.cancelled_at is None


class PayoutLine(AccountNumber):
    """What one statement brings its producer; the account as it was when the batch was made."""

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="lines")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="payout_lines")
    amount = dong()
    live = models.BooleanField(default=True)  # not of a cancelled batch

    class Meta(AccountNumber.Meta):
        abstract = False
        constraints = [
            *AccountNumber.Meta.constraints,
            models.UniqueConstraint(fields=["statement"], condition=Q(live=True), name="statement_in_one_payout"),
            models.CheckConstraint(name="payout_of_something", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.statement_id}"
