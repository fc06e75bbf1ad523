"""A shopper's account: in, out, orders, profile, and the own data."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from marketplace import roles
from marketplace.errors import Refused
from marketplace.people import actions as people

from ..actions import erase_account
from ..forms import EraseForm, ProfileForm, SignInForm, SignUpForm
from ..queries import account
from .site import own_address
from .throttle import Throttled

BACKEND = "marketplace.people.sign_in.EmailOrPhone"


class SignIn(Throttled, LoginView):
    template_name = "shop/account/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    throttle_field = "username"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Wagtail sends here whom it does not let in. Whoever has signed in would be sent there and back for ever."""
        pages = self.get_redirect_url().removeprefix("/en").startswith("/cms/")
        if pages and request.user.is_authenticated and not roles.edits_pages(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


class SignUp(Throttled, FormView):
    template_name = "shop/account/sign_up.html"
    form_class = SignUpForm

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        told = {name: form.cleaned_data[name] for name in ("name", "email", "phone", "password")}
        try:
            user = people.sign_up(
                **told, purposes=form.purposes, language=translation.get_language(), at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        login(self.request, user, backend=BACKEND)
        return redirect(own_address(self.request, self.request.POST.get("next", "")) or "account:home")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"next": self.request.GET.get("next", "")}


@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    last = account.orders(request.user, limit=5)
    return render(request, "shop/account/home.html", {"orders": last, "desk_member": roles.moves_goods(request.user)})


@login_required
@never_cache
def orders(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/account/orders.html", account.orders_page(request.user, request.GET, request.path))


@method_decorator(never_cache, name="dispatch")
class Profile(LoginRequiredMixin, FormView):
    template_name = "shop/account/profile.html"
    form_class = ProfileForm
    success_url = reverse_lazy("account:profile")

    def get_initial(self) -> dict[str, Any]:
        user = self.request.user
        own = {
            "name": f"{user.last_name} {user.first_name}".strip(),
            "news": user.consents.standing().filter(purpose=people.NEWS).exists(),
        }
        return own | {"email": user.email, "phone": user.phone, "language": user.language}

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        try:
            people.change(user=self.request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return super().form_valid(form)


@login_required
@never_cache
def data(request: HttpRequest) -> HttpResponse:
    """The page; posted, everything the shop knows of the person as a file."""
    if request.method != "POST":
        return render(request, "shop/account/data.html", {"form": EraseForm(request.user)})
    named = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return JsonResponse(
        account.everything(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=named
    )


@method_decorator(never_cache, name="dispatch")
class Erase(LoginRequiredMixin, Throttled, FormView):
    template_name = "shop/account/data.html"
    form_class = EraseForm
    success_url = reverse_lazy("shop:home")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form: EraseForm) -> HttpResponse:
        try:
            erase_account(user=self.request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        logout(self.request)
        messages.success(self.request, _("Your account is erased."))
        return super().form_valid(form)
