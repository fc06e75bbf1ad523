"""Doors that may not be tried again and again: so often from one address, so often for one account."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_ratelimit.core import is_ratelimited
from redis.exceptions import RedisError

from marketplace.people.sign_in import find

log = logging.getLogger(__name__)

FROM_ONE_ADDRESS = "60/10m"
FOR_ONE_ACCOUNT = "8/10m"


class Throttled:
    """For a form view; `throttle_field` names the account that is tried."""

    throttle_field = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self._too_often(request):
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        form: Any = self.get_form()  # type: ignore[attr-defined]
        form.errors.clear()
        form.add_error(None, _("Too many tries. Please wait ten minutes and try again."))
        response: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
        response.status_code = 429
        return response

    def _too_often(self, request: HttpRequest) -> bool:
        """Doors stay open while the counter is away."""
        group = type(self).__qualname__
        try:
            often = is_ratelimited(request, group=group, key="ip", rate=FROM_ONE_ADDRESS, increment=True)
            if self.throttle_field:
                group, key = f"{group}.account", self._account
                often |= is_ratelimited(request, group=group, key=key, rate=FOR_ONE_ACCOUNT, increment=True)
        except (RedisError, OSError) as error:
            log.warning("tries are not counted: %s", error)
            return False
        return often

    def _account(self, group: str, request: HttpRequest) -> str:
        """Whichever way its telephone number or address is spelled."""
        name = request.POST.get(self.throttle_field, "").replace("\0", "")
        user = find(name)
        return str(user.pk) if user else name
