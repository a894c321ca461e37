"""What a customer is about to buy."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, connection
from django.db.models import QuerySet
from psycopg.errors import ForeignKeyViolation

from accounts.models import Customer
from problems.exceptions import InvalidParameter, Missing
from shop.models import CartLine, OrderLine

MOST_OF_A_PRODUCT = 99


def cart_of(customer: Customer) -> QuerySet[CartLine]:
    """Its lines with their products, by product."""
    return (
        CartLine.objects.filter(customer=customer)
        .select_related("product")
        .only("quantity", "customer_id", "product__name", "product__price_cents")
        .order_by("product_id")
    )


def total_cents(lines: Iterable[CartLine | OrderLine]) -> int:
    return sum(line.sum_cents for line in lines)


def add_to_cart(customer: Customer, product_id: int, quantity: int, *, field: str) -> None:
    """`field` is what a request calls the product: it is named where there is none.

    In SQL, because an upsert of Django's can set a column to the new value, not add to the old.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO cart_line (customer_id, product_id, quantity) VALUES (%s, %s, %s) "
                "ON CONFLICT (customer_id, product_id) "
                "DO UPDATE SET quantity = least(%s, cart_line.quantity + excluded.quantity)",
                [customer.pk, product_id, quantity, MOST_OF_A_PRODUCT],
            )
    except IntegrityError as error:
        if not isinstance(error.__cause__, ForeignKeyViolation):
            raise
        raise InvalidParameter(field, "There is no such product.") from None


def change_cart(customer: Customer, product_id: int, quantity: int) -> None:
    """Sets how many of a product the cart holds; 0 removes it."""
    line = CartLine.objects.filter(customer=customer, product=product_id)
    if quantity == 0:
        changed, _ = line.delete()
    else:
        changed = line.update(quantity=quantity)
    if changed == 0:
        raise Missing("The cart holds none of this product.")
