from oscar.apps.dashboard.catalogue import mixins


class ProductBulkActionMixin(mixins.ProductBulkActionMixin):
    """Showing and hiding; a price is set product by product, at the desk."""

    intermediate_actions = {
        name: mixins.ProductBulkActionMixin.intermediate_actions[name]
        for name in ("make_products_public", "make_products_non_public")
    }
