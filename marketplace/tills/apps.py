from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TillsConfig(AppConfig):
    name = "marketplace.tills"
    verbose_name = _("Tills")
