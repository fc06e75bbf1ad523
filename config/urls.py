"""All addresses. The shop's own come first, then Oscar's, and Wagtail's pages last."""

from django.apps import apps
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from marketplace.checkout import webhook
from storefront.sitemaps import SITEMAPS
from storefront.views import files, site

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("robots.txt", site.robots),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="django.contrib.sitemaps.views.sitemap"),
    path("api/", include("marketplace.api.urls")),
    path("payment/stripe/webhook/", webhook.receive, name="stripe-webhook"),
    path("media/<path:path>", files.media),
]
urlpatterns += i18n_patterns(
    path("", include("storefront.urls")),
    path("accounts/", include("storefront.account_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("desk/", include("marketplace.desk.urls")),
    path("", include(apps.get_app_config("oscar").urls[0])),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
