"""Which pages crawlers may read."""

from __future__ import annotations

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from shop.models import Category, Product

# The protocol allows 50,000; a fifth of that is a file that still loads at once.
PRODUCTS_IN_SITEMAP = 10_000


class PagesSitemap(Sitemap[str]):
    def items(self) -> list[str]:
        categories = Category.objects.order_by("slug")
        return [
            reverse("shop:home"),
            reverse("shop:products"),
            *(category.get_absolute_url() for category in categories),
        ]

    def location(self, item: str) -> str:
        return item


class ProductsSitemap(Sitemap[Product]):
    limit = PRODUCTS_IN_SITEMAP

    def items(self) -> QuerySet[Product]:
        return Product.objects.order_by("id").only("id")


sitemaps: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "pages": PagesSitemap,
    "products": ProductsSitemap,
}
