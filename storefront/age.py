"""Whether this visitor has said to be 18 or older. Alcohol is hidden until then (domain: 18+ before search, list and page)."""

from django.http import HttpRequest

KEY = "adult"


def is_adult(request: HttpRequest) -> bool:
    """Asks the session; a visitor without one costs nothing."""
    return bool(request.session.get(KEY, False))


def confirm(request: HttpRequest) -> None:
    """The visitor has said so; remembered for this session."""
    request.session[KEY] = True
