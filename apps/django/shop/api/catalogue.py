"""Products, for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from problems.exceptions import InvalidParameter
from shop.api.documents import page_document, product_detail, product_summary
from shop.catalogue import find_product, products_found, products_sorted, sort_in, words_in
from shop.models import Category
from shop.pagination import PageLinks, page_number, page_of
from validation.decorators import require_safe, stateless
from validation.values import is_text


@stateless
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    slug, number, sort = request.GET.get("category"), page_number(request), sort_in(request)
    category = None if slug is None else _category(slug)
    page = page_of(products_sorted(sort, category), number)
    links = PageLinks(page, request.path, category=slug, sort=sort)
    items = [product_summary(product) for product in page]
    return JsonResponse(page_document(page, items, links))


@stateless
@require_safe
def product(request: HttpRequest, id: int) -> HttpResponse:
    return JsonResponse(product_detail(find_product(id)))


@stateless
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    words, number = words_in(request), page_number(request)
    if not words:
        raise InvalidParameter("q", "q must hold a word or two to search for.")
    page = page_of(products_found(words), number)
    links = PageLinks(page, request.path, q=words)
    items = [product_summary(product) for product in page]
    return JsonResponse(page_document(page, items, links))


def _category(slug: str) -> Category:
    category = Category.objects.filter(slug=slug).first() if is_text(slug) else None
    if category is None:
        raise InvalidParameter("category", "There is no such category.")
    return category
