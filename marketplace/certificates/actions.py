"""What changes certificates: recording one, and taking in a register of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from catalogue.actions import touch
from catalogue.models import Category, Product, ProductClass  # type: ignore[attr-defined]
from marketplace.cells import Unreadable
from marketplace.certificates import notices, queries, validity
from marketplace.certificates.cells import alcohol
from marketplace.certificates.models import Certificate
from marketplace.certificates.register import Register, Row, Unread
from marketplace.errors import Refused
from marketplace.folding import fold, same
from marketplace.journal.actions import note
from marketplace.partner.models import Partner
from marketplace.people.models import User
from marketplace.places.naming import within_a_sentence
from marketplace.places.queries import Resolution, resolve

REMINDERS = (180, 90, 30)  # days ahead


class NoGroups(Refused):
    """The product groups of the programme are missing."""

    sentence = _("The product groups are missing. Run “manage.py load_groups” first.")
    code = "no_groups"


class WrongRevocation(Refused):
    """A star is taken back by a dated decision, once, and not before it was given."""

    sentence = _(
        "A revocation needs its decision and a day not before the certificate's; a certificate is revoked once."
    )
    code = "wrong_revocation"


@dataclass
class Imported:
    """What taking in a register did."""

    producers: int = 0
    products: int = 0
    certificates: int = 0
    unchanged: int = 0
    unread: list[Unread] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """What the shop knows already, by what makes two writings one."""

    producers: dict[str, Partner]
    products: dict[tuple[int | None, str], Product]
    groups: Mapping[str, Category]
    goods: ProductClass
    places: dict[tuple[object, ...], Resolution] = field(default_factory=dict)


@transaction.atomic
def record(
    *,
    product: Product,
    stars: int | None,
    decision_number: str,
    decided_on: date | None,
    by: User | None,
    decided_year: int | None = None,
    **facts: Any,
) -> tuple[Certificate, bool]:
    """The product has this certificate, valid 36 months from its day and without a day never; and whether it is new."""
    certificate, created = Certificate.objects.get_or_create(
        product=product,
        stars=stars,
        decision_number=decision_number,
        decided_on=decided_on,
        decided_year=decided_on.year if decided_on else decided_year,
        defaults={**facts, "expires_on": validity.last_day(decided_on) if decided_on else None},
    )
    if created:
        note(certificate, "certificate.recorded", by=by)
        touch(product_ids=[product.pk])
    return certificate, created


@transaction.atomic
def revoke(*, certificate: Certificate, decision: str, on: date, by: User) -> None:
    """From that local day on no page shows the stars; the producer knows."""
    known = Certificate.objects.filter(pk=certificate.pk, revoked_on=None)
    early = certificate.decided_on is not None and on < certificate.decided_on
    if not decision.strip() or early or not known.update(revoked_on=on, revocation=decision.strip()):
        raise WrongRevocation
    certificate.revoked_on, certificate.revocation = on, decision.strip()
    note(certificate, "certificate.revoked", by=by, decision=certificate.revocation, on=on.isoformat())
    touch(product_ids=[certificate.product_id])
    notices.certificate_revoked(certificate)


def remind(*, on: date) -> int:
    """Producers whose certificate runs out were told so, once per step of 180, 90 and 30 days; renewed ones are not."""
    due = queries.expiring(on, within=max(REMINDERS))
    for certificate, days in due:
        step = min(step for step in REMINDERS if days <= step)
        notices.certificate_expiring(certificate, days=days, step=step)
    return len(due)


@transaction.atomic
def take_in(*, register: Register, by: User | None = None, province: str = "") -> Imported:
    """Every row that could be read is a product with its certificate; a register taken in again changes nothing."""
    known, done = _known(), Imported(unread=list(register.unread))
    for row in register.rows:
        try:
            place = _place(row, row.province or province, known)
            producer = _producer(row, place, known, done) if row.producer else None
        except Unreadable as error:
            done.unread.append(Unread(row.number, error.reason))
            continue
        product = _product(row, producer, known, done)
        _certify(product, row, row.province or province, by, done)
    done.unread.sort(key=lambda unread: unread.number)
    return done


def _known() -> _Known:
    groups = {str(category.code): category for category in Category.objects.filter(depth=1, code__isnull=False)}
    goods = ProductClass.objects.filter(slug="goods").first()
    if not groups or goods is None:
        raise NoGroups
    return _Known(
        producers={str(partner.folded): partner for partner in Partner.objects.exclude(folded=None)},
        products={(product.producer_id, same(product.title)): product for product in Product.objects.all()},
        groups=groups,
        goods=goods,
    )


def _place(row: Row, province: str, known: _Known) -> Resolution:
    """Today's place; a commune that is named must be found, for nobody would look for it later."""
    written = row.decided_on or (date(row.year, 1, 1) if row.year else None)
    asked = (row.commune, row.district, province, written)
    if asked not in known.places:
        known.places[asked] = resolve(name=row.commune, district=row.district, province=province, on=written)
    found = known.places[asked]
    if row.commune and found.commune is None:
        wanted = ", ".join(filter(None, (row.commune, row.district, province)))
        if found.candidates:
            near = ", ".join(str(commune) for commune in found.candidates[:5])
            raise Unreadable(
                _("“%(place)s” may be %(near)s: write commune and district in full.") % {"place": wanted, "near": near}
            )
        raise Unreadable(_("No commune “%(place)s” is known, of today or of before July 2025.") % {"place": wanted})
    return found


def _producer(row: Row, place: Resolution, known: _Known, done: Imported) -> Partner:
    """The producer of that name, whatever its case; what is known of it stays, what was missing is filled in."""
    folded = fold(row.producer)
    partner: Partner | None = known.producers.get(folded)
    facts = _facts(row, place)
    if partner is None:
        partner = Partner.objects.create(name=row.producer, folded=folded, source=row.source, **facts)
        known.producers[folded] = partner
        done.producers += 1
        return partner
    if same(partner.name) != same(row.producer):
        names = {"name": row.producer, "known": partner.name}
        raise Unreadable(
            _("The producer “%(name)s” differs from “%(known)s” by its marks alone: one is misspelt.") % names
        )
    missing = [name for name, value in facts.items() if value and not getattr(partner, name)]
    if missing:
        for name in missing:
            setattr(partner, name, facts[name])
        partner.save(update_fields=missing)
    return partner


def _facts(row: Row, place: Resolution) -> dict[str, object]:
    then = ", ".join(within_a_sentence(part) for part in (row.commune, row.district) if part)
    return {
        "kind": row.producer_kind,
        "province": place.province,
        "commune": place.commune,
        "former_place": then,
    }


def _product(row: Row, producer: Partner | None, known: _Known, done: Imported) -> Product:
    """The producer's product of that name; without a producer it is not shown."""
    key = (producer.pk if producer else None, same(row.product))
    if key in known.products:
        return known.products[key]
    product = Product.objects.create(
        structure=Product.STANDALONE,
        title=row.product,
        product_class=known.goods,
        producer=producer,
        is_public=producer is not None,
        ethanol_percent=alcohol(row.product),
        source=row.source,
    )
    if row.group in known.groups:
        product.categories.add(known.groups[row.group])
    known.products[key] = product
    done.products += 1
    return product


def _certify(product: Product, row: Row, province: str, by: User | None, done: Imported) -> None:
    tier = validity.tier(row.stars, row.decided_on) if row.stars and row.decided_on else ""
    _certificate, created = record(
        product=product,
        stars=row.stars,
        decision_number=row.decision,
        decided_on=row.decided_on,
        decided_year=row.year,
        by=by,
        tier=tier,
        authority=_authority(tier, row, province),
        score=row.score,
        potential_five=row.potential_five,
        source=row.source,
    )
    if not created:
        done.unchanged += 1
        return
    done.certificates += 1


def _authority(tier: str, row: Row, province: str) -> str:
    """Whose decision it was. Names of Vietnamese authorities stay in Vietnamese."""
    if tier == Certificate.Tier.PROVINCE and province:
        return f"UBND tỉnh {province}".replace("tỉnh Tỉnh", "tỉnh").replace("tỉnh Thành phố", "thành phố")
    return f"UBND {within_a_sentence(row.district)}" if tier == Certificate.Tier.DISTRICT and row.district else ""
