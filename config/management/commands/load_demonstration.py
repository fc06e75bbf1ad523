from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from catalogue.actions import touch
from catalogue.models import Product
from config.demonstration import carriers, gifts, goods, logins, money, owed, places
from marketplace.places.models import Province


class Command(BaseCommand):
    help = "Adds invented prices, stock, sales points, certificates and logins, marked as demonstration. Twice changes nothing."

    @transaction.atomic
    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Demonstration data is loaded only where DEMO=1 is set in the environment.")
        now = timezone.now()
        points = places.points()
        producers = list(places.stores(at=now))
        carriers.tariff(Province.objects.get(code=settings.HOME_PROVINCE))
        products = goods.goods(points, at=now)
        renewed = goods.renewals()
        logins.people()
        money.account()
        agreements = owed.agreements(points, at=now)
        owed.statement(at=now)
        carriers.handed_over(at=now)
        boxes = gifts.boxes(at=now)
        touch(product_ids=Product.objects.values_list("pk", flat=True))
        self.stdout.write(
            f"Demonstration: {len(points)} sales points, {len(producers)} producers, {products} products, "
            f"{renewed} renewed certificates, {agreements} agreements, {boxes} gift boxes."
        )
