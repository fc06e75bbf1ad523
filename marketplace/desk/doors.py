"""Who comes in: a visitor is asked to sign in, a stranger learns nothing, not even that the page exists."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


def door(role: Callable[[Any], bool]) -> Callable[[View], View]:
    """The view is for people in that role; which rows they see, the QuerySet decides."""

    def guarded(view: View) -> View:
        @never_cache
        @wraps(view)
        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not role(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return entered

    return guarded
