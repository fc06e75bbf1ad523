from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from oscar.apps.dashboard.partners import views


class PartnerDeleteView(views.PartnerDeleteView):
    def form_valid(self, form: Any) -> HttpResponse:
        """Who has sold something stays in the books."""
        try:
            with transaction.atomic():
                self.object.delete()
        except ProtectedError:
            messages.error(self.request, _("This producer has products or listings and cannot be deleted."))
            return redirect("dashboard:partner-list")
        return redirect(self.get_success_url())
