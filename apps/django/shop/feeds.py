"""New products as RSS."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from shop.catalogue import newest_products
from shop.models import Product
from validation.values import to_text

PRODUCTS_IN_FEED = 20


class NewProductsFeed(Feed[Product, None]):
    title = "Headroom shop: new products"
    link = reverse_lazy("shop:home")
    description = "The twenty newest products."
    language = "en"

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        # Neither app answers conditional requests, so neither says what they would need.
        del response.headers["Last-Modified"]
        return response

    def items(self) -> QuerySet[Product]:
        return newest_products()[:PRODUCTS_IN_FEED]

    def item_title(self, item: Product) -> str:
        return to_text(item.name)

    def item_description(self, item: Product) -> str:
        return to_text(item.description)

    def item_pubdate(self, item: Product) -> datetime:
        return item.created_at
