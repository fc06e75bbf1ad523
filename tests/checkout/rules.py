"""Every rule of every engine, asked of the test's data."""

from datetime import datetime

from marketplace.stock.management.commands.prove import rules


def broken(at: datetime) -> list[str]:
    return [f"{rule.__name__}: {row}" for rule in rules() for row in rule(at)]
