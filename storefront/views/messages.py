"""What the shop has written to somebody, and how they want to hear of it."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from marketplace.errors import Refused
from marketplace.notices import actions as notices
from marketplace.notices.models import Notice
from marketplace.order.models import Order

from ..actions import choose_messages, choose_order_messages
from ..forms import MessagesForm
from ..queries import messages as told


@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Everything that was written to the person, the newest first."""
    return render(request, "shop/account/messages.html", told.inbox_page(request.user, request.GET, request.path))


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(Notice.objects.inbox_of(request.user), pk=pk)
    notices.mark_read(user=request.user, pk=notice.pk, at=timezone.now())
    return redirect("account:messages")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    notices.mark_read(user=request.user, at=timezone.now())
    return redirect("account:messages")


class Wishes(ABC, FormView):
    """A page that says how somebody wants to hear from the shop."""

    form_class = MessagesForm

    def form_valid(self, form: MessagesForm) -> HttpResponse:
        try:
            self.choose(form.wishes, form.cleaned_data["language"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return super().form_valid(form)

    @abstractmethod
    def choose(self, wishes: dict[str, Any], language: str) -> None:
        """Messages come so from now on."""


@method_decorator(never_cache, name="dispatch")
class Own(LoginRequiredMixin, Wishes):
    """Of a person with an account."""

    template_name = "shop/account/messages_how.html"
    success_url = reverse_lazy("account:messages-how")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | told.asked_of(self.request.user)

    def choose(self, wishes: dict[str, Any], language: str) -> None:
        choose_messages(user=self.request.user, wishes=wishes, language=language)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | told.addresses(self.request.user)


@method_decorator(never_cache, name="dispatch")
class OfOrder(Wishes):
    """Of a guest, for whoever holds the order's link. Who has an account chooses there for all orders."""

    template_name = "shop/order_messages.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.order = get_object_or_404(Order, token=kwargs["token"])
        if self.order.user_id:
            return redirect("account:messages-how")
        response = super().dispatch(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | told.asked_of_order(self.order)

    def choose(self, wishes: dict[str, Any], language: str) -> None:
        by = self.request.user if self.request.user.is_authenticated else None
        choose_order_messages(order=self.order, wishes=wishes, language=language, by=by)

    def get_success_url(self) -> str:
        return reverse("shop:order-messages", args=[self.order.token])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"order": self.order} | told.addresses(self.order)
