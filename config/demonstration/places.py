"""Six sales points with opening hours, and a store per producer."""

from collections.abc import Iterator
from datetime import datetime, time

from marketplace.locations.models import Location, OpeningHours
from marketplace.partner.models import Partner
from marketplace.places.models import Commune

from .tables import rows


def points() -> list[Location]:
    """The six sales points, open every day."""
    return [_point(row) for row in rows("points.csv")]


def _point(row: dict[str, str]) -> Location:
    commune = Commune.objects.get(name=row["commune"], province__code=row["province"])
    location, new = Location.objects.get_or_create(
        slug=row["slug"],
        defaults={
            "kind": Location.Kind.SALES_POINT, "name": row["name"], "commune": commune, "street": row["street"],
            "phone": row["phone"], "latitude": float(row["latitude"]), "longitude": float(row["longitude"]),
            "offers_pickup": True, "demonstration": True,
        },
    )  # fmt: skip
    if new:
        hours = {"opens": time.fromisoformat(row["opens"]), "closes": time.fromisoformat(row["closes"])}
        OpeningHours.objects.bulk_create(OpeningHours(location=location, weekday=day, **hours) for day in range(7))
    return location


def stores(*, at: datetime) -> Iterator[Partner]:
    """Every producer has a store of its own, from which parcels leave, and contact data to show."""
    for number, producer in enumerate(Partner.objects.select_related("commune").order_by("pk"), start=1):
        if producer.store_id is None:
            _open_store(producer, number, at)
        yield producer


def _open_store(producer: Partner, number: int, at: datetime) -> None:
    commune = producer.commune
    producer.store = Location.objects.create(
        kind=Location.Kind.PRODUCER_STORE, name=f"Kho {producer.name}"[:160], slug=f"kho-{producer.pk}",
        commune=commune, latitude=commune and commune.latitude, longitude=commune and commune.longitude,
        demonstration=True,
    )  # fmt: skip
    producer.street = producer.street or f"Số {number} đường Minh Họa"
    producer.phone = producer.phone or f"029600{number:05}"  # no subscriber has a number that goes on with 0
    producer.registration_number = producer.registration_number or f"MINH-HOA-{number:04}"
    producer.verified_at = producer.verified_at or at
    producer.demonstration = True
    producer.save(update_fields=["store", "street", "phone", "registration_number", "verified_at", "demonstration"])
