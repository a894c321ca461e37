"""What the shop sells, as lists: in an order, of a category, or found by words."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet
from django.http import HttpRequest

from problems.exceptions import InvalidParameter, Missing
from shop.models import Category, Product
from validation.values import is_text

# Each has its index in db/schema.sql, and ends in the id: so it is one order.
SORTS: Final = {
    "new": ("-created_at", "-id"),
    "price": ("price_cents", "id"),
    "-price": ("-price_cents", "-id"),
    "name": ("name", "id"),
}

MOST_WORD_CHARACTERS = 100


def products_sorted(sort: str | None, category: Category | None = None) -> QuerySet[Product]:
    products = Product.objects.summaries().order_by(*SORTS[sort or "new"])
    return products if category is None else products.filter(category=category)


def products_found(words: str) -> QuerySet[Product]:
    """Best match first."""
    query = SearchQuery(words, config="english", search_type="websearch")
    return (
        Product.objects.summaries()
        .filter(search=query)
        .order_by(SearchRank(F("search"), query).desc(), "id")
    )


def newest_products() -> QuerySet[Product]:
    return Product.objects.order_by(*SORTS["new"])


def find_product(product_id: int) -> Product:
    product = Product.objects.select_related("category").filter(pk=product_id).first()
    if product is None:
        raise Missing("There is no such product.")
    return product


def sort_in(request: HttpRequest) -> str | None:
    """None where the request had none: then the links of the page have none either."""
    sort = request.GET.get("sort")
    if sort is not None and sort not in SORTS:
        raise InvalidParameter("sort", f"sort must be one of {', '.join(SORTS)}.")
    return sort


def words_in(request: HttpRequest) -> str:
    given = request.GET.get("q", "")
    words = given.strip()
    if len(words) > MOST_WORD_CHARACTERS or not is_text(given):
        raise InvalidParameter(
            "q", f"q may have {MOST_WORD_CHARACTERS} characters, and no control characters."
        )
    return words
