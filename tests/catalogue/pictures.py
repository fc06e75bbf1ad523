"""Files as a phone sends them."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(
    name: str = "duong.jpg", size: tuple[int, int] = (2400, 1200), kind: str = "JPEG", **save: object
) -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "#b5651d").save(out, kind, **save)
    return SimpleUploadedFile(name, out.getvalue(), content_type=f"image/{kind.lower()}")
