"""A forgotten password: a link by e-mail, once, for one day."""

from django.contrib.auth import views
from django.urls import reverse_lazy

from ..forms import ResetForm
from .throttle import Throttled


class Ask(Throttled, views.PasswordResetView):
    template_name = "shop/account/password_reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("account:password-reset-sent")
    throttle_field = "email"


class Sent(views.PasswordResetDoneView):
    template_name = "shop/account/password_reset_sent.html"


class Set(views.PasswordResetConfirmView):
    template_name = "shop/account/password_set.html"
    success_url = reverse_lazy("account:password-done")


class Done(views.PasswordResetCompleteView):
    template_name = "shop/account/password_done.html"
