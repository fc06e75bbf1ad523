"""Pages an editor writes: the home page with its rows of goods, and plain pages of text."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from catalogue.models import Category


def group_choices() -> list[tuple[str, str]]:
    """The product groups an editor may choose from."""
    return [
        (code, f"{code} · {name}") for code, name in Category.objects.exclude(code=None).values_list("code", "name")
    ]


class ProductsBlock(blocks.StructBlock):
    """A row of goods, filled anew at each visit."""

    title = blocks.CharBlock(max_length=120, label=_("Title"))
    show = blocks.ChoiceBlock(
        [
            ("starred", _("With live stars")),
            ("newest", _("Newest")),
            ("popular", _("Most bought")),
        ],
        default="newest",
        label=_("Which products"),
    )
    group = blocks.ChoiceBlock(choices=group_choices, required=False, label=_("Only of this group"))

    class Meta:
        icon = "list-ul"
        label = _("Row of products")


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(max_length=200, required=False, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Picture")


class HomePage(Page):
    headline = models.CharField(_("Headline"), max_length=160)
    intro = RichTextField(_("Introduction"), blank=True, features=["bold", "italic", "link"])
    body = StreamField(
        [
            ("products", ProductsBlock()),
            ("text", blocks.RichTextBlock(label=_("Text"))),
            ("picture", PictureBlock()),
        ],
        verbose_name=_("Sections"),
        blank=True,
    )

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("intro"), FieldPanel("body")]
    subpage_types = ["storefront.ContentPage"]
    template = "shop/home.html"

    class Meta:
        verbose_name = _("Home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .queries.home import home

        return super().get_context(request, *args, **kwargs) | home(self.body, request)


class ContentPage(Page):
    """About us, terms, operating rules, privacy."""

    body = RichTextField(_("Text"))

    content_panels = [*Page.content_panels, FieldPanel("body")]
    subpage_types: list[str] = []
    template = "shop/content.html"

    class Meta:
        verbose_name = _("Page of text")
