from django.apps import AppConfig


class CashConfig(AppConfig):
    name = "marketplace.cash"
    label = "cash"
