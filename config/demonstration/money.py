"""The bank account that is shown; nobody can send money there."""

from marketplace.payment.banking.actions import accounts
from marketplace.payment.models import BankAccount


def account() -> None:
    """Shoppers may try to pay by transfer, and read that the account is invented."""
    if not BankAccount.objects.exists():
        facts = {"bin": "970405", "number": "0000000000000", "holder": "TAI KHOAN MINH HOA"}
        accounts.show(account=accounts.add(**facts, demonstration=True, by=None), by=None)
