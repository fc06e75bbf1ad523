from oscar.apps.checkout import apps


class CheckoutConfig(apps.CheckoutConfig):
    name = "marketplace.checkout"

    def ready(self) -> None:
        """Oscar's own views are not used."""

    def get_urls(self):
        from .urls import urlpatterns

        return self.post_process_urls(urlpatterns)
