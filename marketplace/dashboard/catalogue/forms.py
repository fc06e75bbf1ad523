from django import forms
from oscar.apps.dashboard.catalogue import forms as oscar

from marketplace.partner.models import StockRecord


class StockRecordForm(oscar.StockRecordForm):
    """Neither figures nor price: the ledger decides the one, the desk sets the other and remembers who did."""

    class Meta:
        model = StockRecord
        fields = ("partner_sku", "vat_percent", "low_stock_threshold")


class ProductForm(oscar.ProductForm):
    """The description is plain text; the office hides a product by taking `is_public` away."""

    class Meta(oscar.ProductForm.Meta):
        widgets = {
            **oscar.ProductForm.Meta.widgets,
            "description": forms.Textarea(attrs={"class": "no-widget-init", "rows": 8}),
        }
