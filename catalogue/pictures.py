"""Photographs: checked by content, stored as WebP in two sizes; and Oscar's thumbnailer over those sizes.

The name tells the size: listings/2026/11/<uuid>-1600.webp always has a sibling …-480.webp, so whoever prints a page
asks no storage what exists.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from marketplace.errors import Refused

FULL, SMALL = 1600, 480  # the longer side, in pixels: product page, card
MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
LEAST_SIDE = 300
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPhotograph(Refused):
    """The file is not what its name says, or broken."""

    sentence = _("“%(name)s” is not a photograph that can be read. Please choose a JPEG, PNG or WebP file.")
    code = "not_a_photograph"


class PhotographTooLarge(Refused):
    """Too many bytes or pixels to be worked on while somebody waits."""

    sentence = _("“%(name)s” is too large. A photograph may have 12 MB and 60 megapixels.")
    code = "photograph_too_large"


class PhotographTooSmall(Refused):
    """Nobody would recognise the goods."""

    sentence = _("“%(name)s” is too small. A photograph needs at least 300 pixels on each side.")
    code = "photograph_too_small"


@dataclass(frozen=True)
class Photograph:
    """An upload after the check: upright, without its camera's data, in both sizes."""

    full: bytes
    small: bytes

    def keep(self, at: datetime, folder: str = "listings") -> str:
        """Stores both sizes; answers the name of the full one."""
        stem = f"{folder}/{at:%Y/%m}/{uuid4().hex}"
        default_storage.save(f"{stem}-{SMALL}.webp", ContentFile(self.small))
        return default_storage.save(f"{stem}-{FULL}.webp", ContentFile(self.full))


def checked(upload: IO[bytes], name: str, size: int) -> Photograph:
    """The photograph in an upload, or a refusal by name."""
    if size > MOST_BYTES:
        raise PhotographTooLarge(name=name)
    try:
        image = _opened(upload, name)
    except Refused:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPhotograph(name=name) from error
    return Photograph(_encoded(image, FULL), _encoded(image, SMALL))


def _opened(upload: IO[bytes], name: str) -> Image.Image:
    upload.seek(0)
    image: Image.Image = Image.open(upload, formats=FORMATS)
    width, height = image.size  # of the file's head: nothing is unpacked yet
    if width * height > MOST_PIXELS:
        raise PhotographTooLarge(name=name)
    if min(width, height) < LEAST_SIDE:
        raise PhotographTooSmall(name=name)
    image.draft("RGB", (FULL, FULL))  # a JPEG is unpacked near the size we need
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if image.mode in {"RGBA", "LA", "P", "PA"} else "RGB"
    image = image if image.mode == mode else image.convert(mode)
    image.thumbnail((FULL, FULL), Image.Resampling.LANCZOS)  # before anything is copied: 60 megapixels are 240 MB
    if mode == "RGBA":
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image).convert("RGB")
    return image


def _encoded(image: Image.Image, side: int) -> bytes:
    """Saved anew without EXIF: where and when it was taken is nobody's business."""
    smaller, out = image.copy(), BytesIO()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    smaller.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def small(name: str | None) -> str:
    """The name of the card's size, where we made one; else the picture itself."""
    name = name or ""
    end = f"-{FULL}.webp"
    return f"{name.removesuffix(end)}-{SMALL}.webp" if name.endswith(end) else name


def srcset(name: str) -> str:
    """Both sizes for a browser to choose from; empty for a picture that is not of ours."""
    url = default_storage.url
    return f"{url(small(name))} {SMALL}w, {url(name)} {FULL}w" if small(name) != name else ""


@dataclass(frozen=True)
class Picture:
    """A photograph. Where there is none, the drawing of the goods' kind is shown."""

    url: str
    srcset: str = ""
    alt: str = ""
    whole: str = ""  # not cut to a square

    @classmethod
    def of(cls, name: str, alt: str = "") -> "Picture":
        url = default_storage.url
        return cls(url(small(name)), srcset(name), alt, url(name))


def sent(name: str) -> HttpResponse:
    """A photograph that is not for everybody, as the answer to somebody who may see it."""
    try:
        with default_storage.open(name) as file:
            answer = HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError as error:
        raise Http404 from error
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"], answer["X-Robots-Tag"] = "private, max-age=3600", "noindex"
    return answer


@dataclass(frozen=True)
class Thumbnail:
    url: str
    name: str


class Thumbnailer:
    """Oscar's interface over the sizes we already keep."""

    def generate_thumbnail(self, source: Any, **options: Any) -> Thumbnail:
        """Up to 480 pixels wide (or high) the small size; `options["size"]` is "200x200", "200x" or "x155"."""
        name = getattr(source, "name", str(source))
        wide = max(int(side or 0) for side in str(options.get("size", "")).split("x"))
        chosen = small(name) if wide <= SMALL else name
        return Thumbnail(url=default_storage.url(chosen), name=chosen)

    def delete_thumbnails(self, source: Any) -> None:
        """Nothing: versions of a listing share a photograph, and they are kept (Law 122/2025/QH15)."""
