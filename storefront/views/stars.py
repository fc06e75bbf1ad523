"""The public check of any star: the decision behind it, its dates, and whether it is live."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from marketplace.certificates.models import Certificate

from .. import age
from ..queries.stars import certificate_page, certificates_page


def certificates(request: HttpRequest) -> HttpResponse:
    page = certificates_page(request.GET, path=request.path, on=timezone.localdate())
    return render(request, "shop/certificates.html", page)


def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Certificate.objects.select_related("product__producer__commune"), pk=pk)
    return render(
        request, "shop/certificate.html", certificate_page(found, timezone.localdate(), age.is_adult(request))
    )
