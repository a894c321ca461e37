"""Buying a cart: one transaction, as contract/README.md ("Checkout") numbers its steps."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import F

from accounts.models import Customer
from problems.exceptions import Conflict, InvalidParameter
from shop.cart import cart_of, total_cents
from shop.models import CartLine, Order, OrderLine, Product


def idempotency_key(value: str | None, *, field: str) -> str:
    """`field` is what the request calls it."""
    if value is None or not re.fullmatch("[A-Za-z0-9_-]{16,64}", value):
        raise InvalidParameter(field, f"{field} must be 16 to 64 of A-Z, a-z, 0-9, - and _.")
    return value


@transaction.atomic
def check_out(customer: Customer, key: str) -> tuple[Order, list[OrderLine]]:
    """Makes an order of the cart; with a key that was used before, gives the order it made.

    READ COMMITTED, the server's default: each statement sees what is committed when it begins.
    Raises 409 when the cart is empty or a stock too small: then nothing has happened.
    """
    # Checkouts of one customer go one after another: a key sent twice at once finds its order.
    Customer.objects.select_for_update(no_key=True).only("pk").get(pk=customer.pk)
    earlier = Order.objects.filter(customer=customer, idempotency_key=key).first()
    if earlier is not None:
        return earlier, earlier.lines_as_bought()
    # Each product is locked before its line, and in order of id. Another checkout takes the same
    # rows in the same order, and so does a DELETE of a product, which takes its lines with it.
    lines = list(cart_of(customer).select_for_update(of=("product", "self"), no_key=True))
    if not lines:
        raise Conflict("The cart is empty.")
    for line in lines:
        _take_from_stock(line)
    return _place_order(customer, key, lines)


def _take_from_stock(line: CartLine) -> None:
    """The condition is looked at again under the row's lock: two cannot take the same last one."""
    enough = Product.objects.filter(pk=line.product_id, stock__gte=line.quantity)
    if not enough.update(stock=F("stock") - line.quantity):
        raise Conflict(f'There are not {line.quantity} of "{line.name}" left.')


def _place_order(
    customer: Customer, key: str, lines: list[CartLine]
) -> tuple[Order, list[OrderLine]]:
    order = Order.objects.create(
        customer=customer, idempotency_key=key, total_cents=total_cents(lines)
    )
    bought = OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product_id=line.product_id,
            product_name=line.name,
            price_cents=line.price_cents,
            quantity=line.quantity,
        )
        for line in lines
    )
    # Those that were read: what was put into the cart since stays there.
    CartLine.objects.filter(pk__in=[line.pk for line in lines]).delete()
    return order, bought
