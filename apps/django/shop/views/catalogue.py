"""The pages that anybody may read: home, lists, search, a product."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from problems.exceptions import Missing
from shop.catalogue import (
    find_product,
    newest_products,
    products_found,
    products_sorted,
    sort_in,
    words_in,
)
from shop.models import Category, Product
from shop.pagination import PageLinks, page_number, page_of
from validation.decorators import require_safe

NEWEST_AT_HOME = 12

SORT_NAMES = {
    "new": "Newest",
    "price": "Price, lowest first",
    "-price": "Price, highest first",
    "name": "Name",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    context = {
        "categories": Category.objects.order_by("name"),
        "products": newest_products()[:NEWEST_AT_HOME],
    }
    return render(request, "shop/home.html", context)


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    number, sort = page_number(request), sort_in(request)
    return _list(request, "Products", products_sorted(sort), number, sort)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    # Before the category is looked up: 400 takes precedence over 404.
    number, sort = page_number(request), sort_in(request)
    category = Category.objects.filter(slug=slug).first()
    if category is None:
        raise Missing("There is no such category.")
    return _list(request, category.name, products_sorted(sort, category), number, sort)


def _list(
    request: HttpRequest, title: str, products: QuerySet[Product], number: int, sort: str | None
) -> HttpResponse:
    page = page_of(products, number)
    context = {
        "title": title,
        "page": page,
        "links": PageLinks(page, request.path, sort=sort),
        "sort": sort or "new",
        "sort_names": SORT_NAMES,
    }
    return render(request, "shop/products.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words, number = words_in(request), page_number(request)
    context: dict[str, object] = {"q": words}
    if words:
        page = page_of(products_found(words), number)
        context.update(page=page, links=PageLinks(page, request.path, q=words))
    return render(request, "shop/search.html", context)


@require_safe
def product(request: HttpRequest, id: int) -> HttpResponse:
    return render(request, "shop/product.html", {"product": find_product(id)})
