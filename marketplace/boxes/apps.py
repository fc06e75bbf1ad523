from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoxesConfig(AppConfig):
    name = "marketplace.boxes"
    verbose_name = _("Gift boxes")
