"""Which pages crawlers may read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from shop.models import Category, Product

if TYPE_CHECKING:  # Django's own class takes no parameters.
    SitemapOfPaths = Sitemap[str]
    SitemapOfProducts = Sitemap[Product]
else:
    SitemapOfPaths = SitemapOfProducts = Sitemap

# The protocol allows 50,000; a fifth of that is a file that still loads at once.
PRODUCTS_IN_SITEMAP = 10_000


class PagesSitemap(SitemapOfPaths):
    def items(self) -> list[str]:
        categories = Category.objects.order_by("slug")
        return [
            reverse("shop:home"),
            reverse("shop:products"),
            *(category.get_absolute_url() for category in categories),
        ]

    def location(self, item: str) -> str:
        return item


class ProductsSitemap(SitemapOfProducts):
    limit = PRODUCTS_IN_SITEMAP

    def items(self) -> QuerySet[Product]:
        return Product.objects.order_by("id").only("id")


sitemaps: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "pages": PagesSitemap,
    "products": ProductsSitemap,
}
