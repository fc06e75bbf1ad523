"""What producers, places and the office hear about statements."""

from collections.abc import Iterable
from typing import Any

from marketplace.notices.actions import Recipient, Telling, tell_all
from marketplace.notices.links import link
from marketplace.people.models import User

from .models import PayoutLine, Statement


def ready(statement: Statement, *, answered: bool = False) -> None:
    """Both sides are asked to look and to confirm; again when a dispute was answered."""
    occasion = statement.answered_at.isoformat() if answered and statement.answered_at else ""
    more = {"answer": statement.answer if answered else ""}
    tell_all(tellings=[_telling("statement_ready", statement, user, occasion, **more) for user in _both(statement)])


def confirmed(statement: Statement) -> None:
    """Both sides and the office know that it can be paid."""
    occasion = str(statement.answered_at or "")
    people = {*_both(statement), *_office()}
    tell_all(tellings=[_telling("statement_confirmed", statement, user, occasion) for user in _sorted(people)])


def disputed(statement: Statement) -> None:
    """The office has to answer; the other side knows why nothing is paid."""
    people = {*_both(statement), *_office()}
    occasion, more = str(statement.disputed_at), {"reason": statement.dispute}
    tell_all(tellings=[_telling("statement_disputed", statement, user, occasion, **more) for user in _sorted(people)])


def paid(line: PayoutLine) -> None:
    """The producer looks for it on the bank account."""
    more = {"paid": int(line.amount), "account": f"••••{line.number[-4:]}"}
    people = line.statement.producer.users.filter(is_active=True)
    tell_all(
        tellings=[_telling("statement_paid", line.statement, user, str(line.pk), **more) for user in _sorted(people)]
    )


def _both(statement: Statement) -> list[User]:
    people = {*statement.producer.users.filter(is_active=True), *statement.location.staff.filter(is_active=True)}
    return _sorted(people)


def _office() -> Iterable[User]:
    return User.objects.filter(is_staff=True, is_active=True)


def _sorted(people: Iterable[User]) -> list[User]:
    return sorted(people, key=lambda user: user.pk)


def _telling(kind: str, statement: Statement, user: User, occasion: str, **more: Any) -> Telling:
    facts = {
        "name": user.get_full_name(), "statement": statement.name, "producer": statement.producer.name,
        "place": statement.location.name, "first": statement.starts_on.isoformat(), "last": statement.ends_on.isoformat(),
        "closing": int(statement.closing), "url": link("desk:settlement", statement.pk, language=user.language),
    }  # fmt: skip
    return Telling(kind, f"{statement.pk}:{occasion}:{user.pk}", Recipient.of(user), facts | more)
