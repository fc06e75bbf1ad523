"""When what a row tells has happened."""

from datetime import datetime

from django.utils.timezone import get_current_timezone

from marketplace.tills.models import Upload, UploadRow

from .reading import NOON


def happened_at(upload: Upload, row: UploadRow) -> datetime | None:
    """As the row says; of sales without a day, on the day named for the file. A count without one is of now."""
    if row.told_at is not None or row.kind == "count":
        return row.told_at
    return datetime.combine(upload.day, NOON, get_current_timezone())
