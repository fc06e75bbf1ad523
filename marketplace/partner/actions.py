"""Changes to producers and their price records. Who sells at all is decided here; `catalogue.actions` makes it true of the goods."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.errors import Refused
from marketplace.journal.actions import note
from marketplace.locations.models import Location
from marketplace.money import ZERO, dong
from marketplace.people.models import User

from . import notices
from .models import Agreement, Partner, StockRecord
from .tiers import MOST_TIERS, Tier, fall


class ReasonMissing(Refused):
    """Whoever is refused must know why."""

    sentence = _("Please give the producer a reason.")
    code = "reason_missing"


class StartsInThePast(Refused):
    """What was sold is settled as it was sold."""

    sentence = _("An agreement begins today or later.")
    code = "agreement_starts_in_the_past"


class EndsBeforeItBegins(Refused):
    sentence = _("The last day is before the first.")
    code = "agreement_ends_before_it_begins"


class AgreementsOverlap(Refused):
    """Two would say two things about one sale."""

    sentence = _(
        "There is an agreement for these days already. End it first, or choose days after it; one that was written wrongly can be withdrawn."
    )
    code = "agreements_overlap"


class CommissionOnBoughtGoods(Refused):
    sentence = _("Goods that are bought firm bear no commission: leave it at 0.")
    code = "commission_on_bought_goods"


class EndedAlready(Refused):
    sentence = _("This agreement is over.")
    code = "agreement_ended"


class WrongTiers(Refused):
    """The database refuses them as well."""

    sentence = _("Quantity prices begin at 2 pieces or more; each is for more pieces and lower than the one before, and below the unit price of %(price)s.")  # fmt: skip
    code = "wrong_quantity_prices"


class TooManyTiers(Refused):
    sentence = _("A product may have %(most)s quantity prices.")
    code = "too_many_quantity_prices"


class PriceUnderTiers(Refused):
    """Nobody shall pay more a piece for buying more."""

    sentence = _(
        "The unit price must stay above the highest quantity price, %(price)s. Change the quantity prices first."
    )
    code = "price_under_quantity_prices"


@transaction.atomic
def set_price(*, record: StockRecord, price: Decimal) -> Decimal | None:
    """The record has this unit price. What it was before."""
    locked = StockRecord.objects.select_for_update().get(pk=record.pk)
    if not fall(price, locked.quantity_prices):
        raise PriceUnderTiers(price=dong(locked.quantity_prices[0].price))
    before, locked.price = locked.price, price
    locked.save(update_fields=["price", "date_updated"])
    return before


@transaction.atomic
def set_tiers(*, record: StockRecord, tiers: Sequence[Tier]) -> None:
    """Whoever buys so many pieces pays so much for each; without tiers, the unit price whatever the number."""
    locked = StockRecord.objects.select_for_update().get(pk=record.pk)
    if len(tiers) > MOST_TIERS:
        raise TooManyTiers(most=MOST_TIERS)
    if not fall(locked.price or ZERO, tiers):
        raise WrongTiers(price=dong(locked.price or ZERO))
    locked.tiers = [[tier.from_quantity, int(tier.price)] for tier in tiers]
    locked.save(update_fields=["tiers", "date_updated"])


@transaction.atomic
def agree(
    *, location: Location, producer: Partner, terms: str, commission_percent: Decimal, period: str, valid_from: date,
    by: User | None, at: datetime, valid_until: date | None = None, demonstration: bool = False,
) -> Agreement:  # fmt: skip
    """The place and the producer have an agreement for these days, and both know it."""
    if valid_from < timezone.localdate(at):
        raise StartsInThePast
    if valid_until is not None and valid_until < valid_from:
        raise EndsBeforeItBegins
    if terms == Agreement.Terms.FIRM and commission_percent:
        raise CommissionOnBoughtGoods
    facts = {"terms": terms, "commission_percent": commission_percent, "period": period, "valid_from": valid_from}
    parties = {"location": location, "producer": producer}
    try:
        with transaction.atomic():
            made = Agreement.objects.create(
                **parties, **facts, valid_until=valid_until, written_at=at, demonstration=demonstration
            )
    except IntegrityError as error:
        raise AgreementsOverlap from error
    note(made, "agreement.written", by=by, **{name: str(value) for name, value in facts.items()})
    return made


@transaction.atomic
def end_agreement(*, agreement: Agreement, on: date, by: User, at: datetime) -> None:
    """The agreement holds until that day, included, and no longer."""
    today = timezone.localdate(at)
    if on < max(today, agreement.valid_from):
        raise EndsBeforeItBegins
    if not _not_over(agreement, today).exclude(valid_until__lte=on).update(valid_until=on):
        raise EndedAlready
    agreement.refresh_from_db(fields=["valid_until"])
    note(agreement, "agreement.ended", by=by, on=on.isoformat())


@transaction.atomic
def withdraw_agreement(*, agreement: Agreement, by: User, at: datetime) -> None:
    """It was written wrongly and counts no longer, from now on; what was sold under it stays as it was sold."""
    if not _not_over(agreement, timezone.localdate(at)).update(withdrawn_at=at):
        raise EndedAlready
    agreement.refresh_from_db(fields=["withdrawn_at"])
    note(agreement, "agreement.withdrawn", by=by)


def _not_over(agreement: Agreement, today: date) -> QuerySet[Agreement]:
    return Agreement.objects.filter(pk=agreement.pk, withdrawn_at=None).exclude(valid_until__lt=today)


@transaction.atomic
def verify(*, producer: Partner, by: User, at: datetime) -> None:
    """The office has seen who the seller is (Law 122/2025/QH15); who is verified already stays so."""
    if Partner.objects.filter(pk=producer.pk, verified_at=None).update(verified_at=at):
        note(producer, "producer.verified", by=by)
        notices.producer_verified(producer, at)


@transaction.atomic
def doubt(*, producer: Partner, reason: str, by: User, at: datetime) -> None:
    """The verification is taken back, and the producer knows why."""
    if not reason.strip():
        raise ReasonMissing
    if Partner.objects.filter(pk=producer.pk, verified_at__isnull=False).update(verified_at=None):
        note(producer, "producer.doubted", by=by, reason=reason.strip())
        notices.producer_doubted(producer, reason.strip(), at)
