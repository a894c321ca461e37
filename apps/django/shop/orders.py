"""What a customer has bought."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import Customer
from problems.exceptions import Missing
from shop.models import Order


def orders_of(customer: Customer) -> QuerySet[Order]:
    """Newest first."""
    return Order.objects.filter(customer=customer).order_by("-id")


def find_order(customer: Customer, order_id: int) -> Order:
    """Another customer's order is 404, like one that does not exist."""
    order = Order.objects.filter(customer=customer, pk=order_id).first()
    if order is None:
        raise Missing("There is no such order of yours.")
    return order
