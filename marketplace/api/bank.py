"""/api/v1/bank/: the door for programs that report what happens on the shop's bank accounts."""

from datetime import datetime
from typing import Annotated, Literal, Self

from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localtime
from ninja import Router, Status
from pydantic import BaseModel, Field, StringConstraints, model_validator

from marketplace.checkout import tasks
from marketplace.notices.tasks import ring
from marketplace.payment.banking.actions import statements
from marketplace.payment.banking.told import LONGEST_ID, LONGEST_PAYER, LONGEST_TEXT, Told
from marketplace.payment.models import BankFeed, StatementLine

from . import description
from .limits import FeedToken
from .shapes import MOST_EVENTS, Moment, Strict

Plain = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$")]


class FromFeed(HttpRequest):
    """A request whose token was a feed's."""

    auth: BankFeed


class Transaction(Strict):
    """One line of the account's statement."""

    id: Annotated[
        Plain, Field(min_length=1, max_length=LONGEST_ID, description="The bank's number of it; the same for ever.")
    ]
    happened_at: Annotated[Moment, Field(description="When the bank booked it, with time zone.")]
    amount: Annotated[
        int, Field(strict=True, ge=-(10**12), le=10**12, description="In đồng: above zero money came, below it went.")
    ]
    text: Annotated[Plain, Field(max_length=LONGEST_TEXT, description="The words of the transfer.")] = ""
    payer: Annotated[Plain, Field(max_length=LONGEST_PAYER, description="Name or account of the other side.")] = ""
    balance: Annotated[int | None, Field(strict=True, ge=-(10**14), le=10**14, description="After it.")] = None

    @model_validator(mode="after")
    def _moves_something(self) -> Self:
        if self.amount == 0:
            raise ValueError("amount must not be zero")
        return self


class Transactions(Strict):
    """Up to 500 transactions of the token's account, in any order."""

    transactions: Annotated[list[Transaction], Field(min_length=1, max_length=MOST_EVENTS)]


class TransactionAnswer(BaseModel):
    """What became of one. `differs`: it was told before with another amount or text; what was told first stays."""

    id: str
    status: Literal["waiting", "kept", "differs"]


class TransactionAnswers(BaseModel):
    """One answer for each, in the order sent."""

    transactions: list[TransactionAnswer]


router = Router(auth=FeedToken(), tags=["Bank"])


@router.post(
    "/transactions", response={202: TransactionAnswers}, summary="Tell what happened on the account",
    openapi_extra=description.of_transactions(),
)  # fmt: skip
def transactions(request: FromFeed, batch: Transactions) -> Status[TransactionAnswers]:
    """Transactions are kept at once and matched with orders soon after. The same number again changes nothing."""
    told = [_told(one) for one in batch.transactions]
    lines = statements.report(feed=request.auth, told=told, at=timezone.now())
    ring(tasks.receive_transfers)
    return Status(202, TransactionAnswers(transactions=[_answer(one, lines) for one in batch.transactions]))


def _told(one: Transaction) -> Told:
    at: datetime = localtime(one.happened_at)
    return Told(at, one.amount, " ".join(one.text.split()), one.id, " ".join(one.payer.split()), one.balance)


def _answer(one: Transaction, lines: dict[str, StatementLine]) -> TransactionAnswer:
    line = lines[one.id]
    if (line.amount, line.text) != (one.amount, " ".join(one.text.split())):
        return TransactionAnswer(id=one.id, status="differs")
    waits = line.state == StatementLine.State.NEW
    return TransactionAnswer(id=one.id, status="waiting" if waits else "kept")
