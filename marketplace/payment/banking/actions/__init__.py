"""What happens to bank transfers. Others import from here."""

from . import accounts, layouts, lines, payouts, statements

__all__ = ["accounts", "layouts", "lines", "payouts", "statements"]
