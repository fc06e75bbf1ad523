"""What each producer is owed, and how it is paid."""

from .entries import Entry, Intake, Statement, TaxRate
from .payouts import BankAccount, Payout, PayoutLine

__all__ = ["BankAccount", "Entry", "Intake", "Payout", "PayoutLine", "Statement", "TaxRate"]
