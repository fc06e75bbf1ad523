from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from catalogue import pictures
from catalogue.pictures import NotAPhotograph, PhotographTooLarge, PhotographTooSmall, checked

from .pictures import upload

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def check(file: SimpleUploadedFile) -> pictures.Photograph:
    return checked(file, file.name, file.size)


def test_a_photograph_is_stored_upright_in_two_sizes_without_its_cameras_data() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the phone on its side
    exif[0x9003] = "2026:11:19 06:30:00"
    name = check(upload(exif=exif)).keep(AT)
    assert name.startswith("listings/2026/11/")
    for stored, longest in ((name, 1600), (pictures.small(name), 480)):
        with default_storage.open(stored) as file, Image.open(file) as image:
            assert (image.format, image.height, image.width) == ("WEBP", longest, longest // 2)
            assert not image.getexif()


def test_a_transparent_drawing_gets_white_paper() -> None:
    file = upload("a.png", kind="PNG")
    with Image.open(file) as image:
        clear = image.convert("RGBA")
    clear.putalpha(0)
    file = SimpleUploadedFile("a.png", b"")
    clear.save(file, "PNG")
    name = checked(file, "a.png", file.tell()).keep(AT)
    with default_storage.open(name) as stored, Image.open(stored) as image:
        assert min(image.getpixel((5, 5))) > 250


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff\xe0" + b"x" * 500, b"GIF89a" + b"x" * 99],
)
def test_what_only_calls_itself_a_photograph_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhotograph):
        check(SimpleUploadedFile("duong.jpg", content))


def test_half_a_photograph_is_refused() -> None:
    whole = upload().read()
    with pytest.raises(NotAPhotograph):
        check(SimpleUploadedFile("duong.jpg", whole[: len(whole) // 2]))


def test_too_large_and_too_small_are_refused_by_name() -> None:
    with pytest.raises(PhotographTooLarge):
        checked(upload(), "duong.jpg", pictures.MOST_BYTES + 1)
    with pytest.raises(PhotographTooLarge):
        check(upload("wide.png", (12_000, 6_000), "PNG"))
    with pytest.raises(PhotographTooSmall) as refused:
        check(upload("tiny.jpg", (200, 900)))
    assert "tiny.jpg" in str(refused.value)


def test_oscars_thumbnails_are_the_sizes_we_keep() -> None:
    name = check(upload()).keep(AT)
    make = pictures.Thumbnailer().generate_thumbnail
    assert make(name, size="x155").url.endswith("-480.webp")
    assert make(name, size="1200x").url.endswith("-1600.webp")
    assert make("images/old.jpg", size="70x70").name == "images/old.jpg"
    assert "480w" in pictures.srcset(name) and not pictures.srcset("images/old.jpg")
