"""Addresses below /accounts/. What Oscar has there and we do not use leads to the account."""

from django.urls import path, reverse_lazy
from django.views.generic import RedirectView

from .views import account, messages, passwords

app_name = "account"
urlpatterns = [
    path("", account.home, name="home"),
    path("sign-in/", account.SignIn.as_view(), name="sign-in"),
    path("sign-up/", account.SignUp.as_view(), name="sign-up"),
    path("sign-out/", account.SignOut.as_view(), name="sign-out"),
    path("orders/", account.orders, name="orders"),
    path("messages/", messages.inbox, name="messages"),
    path("messages/read/", messages.read_all, name="messages-read"),
    path("messages/how/", messages.Own.as_view(), name="messages-how"),
    path("messages/<int:pk>/read/", messages.read, name="message-read"),
    path("profile/", account.Profile.as_view(), name="profile"),
    path("data/", account.data, name="data"),
    path("erase/", account.Erase.as_view(), name="erase"),
    path("password/", passwords.Ask.as_view(), name="password-reset"),
    path("password/sent/", passwords.Sent.as_view(), name="password-reset-sent"),
    path("password/done/", passwords.Done.as_view(), name="password-done"),
    path("password/<uidb64>/<token>/", passwords.Set.as_view(), name="password-set"),
    path("<path:rest>", RedirectView.as_view(url=reverse_lazy("account:home")), name="elsewhere"),
]
