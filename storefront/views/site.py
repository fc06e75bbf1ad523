"""The 18+ question, and what machines read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from .. import age
from ..examples import examples
from ..forms import AgeForm


def confirm_age(request: HttpRequest) -> HttpResponse:
    form = AgeForm(request.POST if request.method == "POST" else None, initial={"next": request.GET.get("next", "")})
    if request.method == "POST" and form.is_valid():
        age.confirm(request)
        return redirect(own_address(request, form.cleaned_data["next"]) or "catalogue:index")
    return render(request, "shop/age.html", {"form": form})


def own_address(request: HttpRequest, address: str) -> str:
    """Where to go back to, when it is an address of this shop."""
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure()) else ""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    hidden = ("basket", "checkout", "orders", "accounts", "desk", "dashboard", "cms", "age", "api")
    rules = [f"Disallow: {language}/{name}/" for language in ("", "/en") for name in hidden]
    lines = ["User-agent: *", *rules, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state. In debug only."""
    return render(request, "shop/components.html", examples())
