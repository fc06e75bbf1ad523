"""What a way says to a message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """Taken. `reference` is the number under which the other side knows the message, where it gives one."""

    answer: str = "accepted"
    reference: str = ""

    def __str__(self) -> str:
        return f"{self.answer} {self.reference}".strip()


class NotDelivered(Exception):
    """Not taken. `final`: trying again is of no use. `silent`: nothing came in time, and the next message would wait as long."""

    def __init__(self, answer: str, *, final: bool = False, silent: bool = False) -> None:
        super().__init__(answer)
        self.final, self.silent = final, silent
