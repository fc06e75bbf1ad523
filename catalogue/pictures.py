"""Oscar asks a thumbnailer for small pictures; ours are made once, when a photograph is uploaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Thumbnail:
    url: str
    name: str = ""


class Thumbnailer:
    """Oscar's interface over the sizes we already keep."""

    def generate_thumbnail(self, source, **options):
        return Thumbnail(url=source.url, name=source.name)

    def delete_thumbnails(self, source):
        """The sizes are deleted with their photograph."""
