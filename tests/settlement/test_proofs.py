"""The proofs of what is owed notice what no action would do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from marketplace.settlement import actions, proofs
from tests import make, people

from .owed import NEXT_MONTH, account, agree, agreed, buy, closed, given_back, sold_at_till, sold_online

pytestmark = pytest.mark.django_db
LOOSE = "SET CONSTRAINTS ALL IMMEDIATE", "ALTER TABLE settlement_entry DISABLE TRIGGER USER"
COPIED = "producer_id, location_id, kind, title, reference, quantity, gross, percent, commission, vat, pit, net, order_line_id, happened_at, recorded_at"


def _sql(*commands: str) -> Callable[[], None]:
    """What somebody with a database prompt could do."""

    def run() -> None:
        with connection.cursor() as cursor:
            for command in (*LOOSE, *commands):
                cursor.execute(command)

    return run


BREAKAGES: dict[str, tuple[Callable[[], None], ...]] = {
    "parcels_taken_in_have_exactly_their_entries": (
        _sql("DELETE FROM settlement_entry WHERE kind = 'online'"),
        _sql("UPDATE settlement_entry SET quantity = quantity + 1 WHERE kind = 'online'"),
        _sql(
            f"INSERT INTO settlement_entry (key, {COPIED}) SELECT 'sold:0', {COPIED} FROM settlement_entry WHERE kind = 'online' LIMIT 1"
        ),
    ),
    "the_ledger_has_exactly_its_entries": (
        _sql("DELETE FROM settlement_entry WHERE kind = 'till'"),
        _sql("DELETE FROM settlement_entry WHERE kind = 'bought'"),
        _sql("UPDATE settlement_entry SET quantity = quantity + 1 WHERE kind = 'till'"),
    ),
    "returns_undo_their_sales_and_no_more": (
        _sql("DELETE FROM settlement_entry WHERE kind = 'online-back'"),
        _sql("UPDATE settlement_entry SET quantity = -1 WHERE kind = 'online-back'"),
        _sql("UPDATE settlement_entry SET commission = commission + 1, net = net - 1 WHERE kind = 'online-back'"),
        _sql("UPDATE fulfilment_return SET netted_at = NULL"),
        _sql("UPDATE settlement_entry SET order_line_id = 0 WHERE kind = 'online-back'"),
    ),
    "statements_are_the_sum_of_their_entries": (
        _sql("UPDATE settlement_entry SET net = net + 1, gross = gross + 1 WHERE kind = 'till'"),
        _sql("UPDATE settlement_statement SET commission = commission + 1"),
        _sql("UPDATE settlement_entry SET statement_id = NULL WHERE kind = 'till'"),
    ),
    "statements_open_with_what_the_one_before_closed_with": (
        _sql("UPDATE settlement_statement SET opening = opening + 1, closing = closing + 1 WHERE number = 2"),
        _sql("UPDATE settlement_statement SET number = 7 WHERE number = 2"),
        _sql("UPDATE settlement_statement SET starts_on = '2026-11-30' WHERE number = 2"),
    ),
    "entries_stand_between_the_parties_of_their_statement": (
        _sql("UPDATE settlement_entry SET location_id = (SELECT min(id) FROM locations_location) WHERE kind = 'till'"),
    ),
    "what_was_paid_out_is_entered_once": (
        _sql("DELETE FROM settlement_entry WHERE kind = 'paid'"),
        _sql("UPDATE settlement_entry SET net = net - 1 WHERE kind = 'paid'"),
        _sql("UPDATE settlement_payout SET paid_at = NULL"),
    ),
    "paid_statements_were_agreed": (
        _sql("UPDATE settlement_statement SET producer_confirmed_at = NULL"),
        _sql("UPDATE settlement_payout SET paid_at = NULL, cancelled_at = now()"),
    ),
}


@pytest.fixture
def settled(db: None) -> None:
    """Sold online, at a till and bought firm; the first statement is paid, a second stands."""
    product = make.product()
    place, shop = make.stock(product, 20), make.location()
    agree(shop, product.producer, terms="firm")
    buy(product, shop, 3, 50_000)
    till, _ = make.till(place)
    sold_online((product, 2), location_id=place.pk)
    given_back(sold_online((product, 2), location_id=place.pk).fulfilments.get(), 2)
    sold_at_till(till, {"code": product.upc, "quantity": 3, "price": 110_000})
    account(product.producer)
    one = agreed(closed(product.producer))
    about = {"by": people.tam(), "at": NEXT_MONTH}
    statements = [one.pk]
    actions.mark_paid(payout=actions.make_payout(statement_ids=statements, **about), **about)
    sold_at_till(till, {"code": product.upc, "quantity": 1, "price": 110_000}, sequence=2, at=NEXT_MONTH)
    closed(product.producer, NEXT_MONTH + timedelta(days=40))


@pytest.mark.usefixtures("settled")
class TestProofs:
    def test_what_actions_leave_is_proved(self) -> None:
        assert [row for rule in proofs.RULES for row in rule(NEXT_MONTH)] == []

    @pytest.mark.parametrize(
        ("name", "breakage"), [(name, one) for name, several in BREAKAGES.items() for one in several]
    )
    def test_what_is_broken_is_noticed(self, name: str, breakage: Callable[[], None]) -> None:
        breakage()
        assert list(getattr(proofs, name)(NEXT_MONTH))

    def test_every_rule_is_tried(self) -> None:
        assert set(BREAKAGES) == {rule.__name__ for rule in proofs.RULES}
