"""Rows as the API writes them: the contract's schemas, their keys in its order."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from django.core.paginator import Page

from shop.cart import total_cents
from shop.models import CartLine, Order, OrderLine, Product
from shop.pagination import PageLinks

Document = dict[str, Any]


def product_summary(product: Product) -> Document:
    return {
        "id": product.pk,
        "name": product.name,
        "category": product.category.slug,
        "priceCents": product.price_cents,
        "inStock": product.in_stock,
    }


def product_detail(product: Product) -> Document:
    return {
        **product_summary(product),
        "description": product.description,
        "createdAt": _time(product.created_at),
    }


def cart_document(lines: list[CartLine]) -> Document:
    return {"lines": [_line(line) for line in lines], "totalCents": total_cents(lines)}


def order_summary(order: Order) -> Document:
    return {
        "id": order.pk,
        "createdAt": _time(order.created_at),
        "totalCents": order.total_cents,
    }


def order_detail(order: Order, lines: list[OrderLine]) -> Document:
    return {**order_summary(order), "lines": [_line(line) for line in lines]}


def page_document(page: Page[Any], items: list[Document], links: PageLinks) -> Document:
    return {
        "items": items,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "previous": links.previous,
        "next": links.next,
    }


def _line(line: CartLine | OrderLine) -> Document:
    return {
        "productId": line.product_id,
        "name": line.name,
        "priceCents": line.price_cents,
        "quantity": line.quantity,
    }


def _time(time: datetime) -> str:
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
