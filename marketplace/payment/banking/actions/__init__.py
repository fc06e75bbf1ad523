"""What happens to bank transfers. Others import from here."""

from . import accounts, lines, payouts, statements

__all__ = ["accounts", "lines", "payouts", "statements"]
