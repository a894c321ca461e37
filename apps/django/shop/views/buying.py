"""The pages of a customer: cart, checkout, orders."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.decorators import CustomerRequest
from shop.cart import add_to_cart, cart_of, change_cart, total_cents
from shop.checkout import check_out, idempotency_key
from shop.forms import AddToCartForm, ChangeCartForm, CheckoutForm, require_valid
from shop.orders import find_order, orders_of
from shop.pagination import PageLinks, page_number, page_of
from validation.decorators import require_http_methods, require_POST, require_safe


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cart(request: CustomerRequest) -> HttpResponse:
    if request.method == "POST":
        form = AddToCartForm(request.POST)
        require_valid(form)
        given = form.cleaned_data
        add_to_cart(request.user, given["product"], given["quantity"], field="product")
        return redirect("shop:cart")
    lines = list(cart_of(request.user))
    return render(request, "shop/cart.html", {"lines": lines, "total_cents": total_cents(lines)})


@require_POST
@login_required
def cart_line(request: CustomerRequest, id: int) -> HttpResponse:
    form = ChangeCartForm(request.POST)
    require_valid(form)
    change_cart(request.user, id, form.cleaned_data["quantity"])
    return redirect("shop:cart")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def checkout(request: CustomerRequest) -> HttpResponse:
    if request.method == "POST":
        form = CheckoutForm(request.POST)
        require_valid(form)
        key = idempotency_key(form.cleaned_data["idempotency_key"], field="idempotency_key")
        order, _ = check_out(request.user, key)
        return redirect(order)
    lines = list(cart_of(request.user))
    if not lines:
        return redirect("shop:cart")
    # A form that is sent twice carries the same key twice.
    context = {"lines": lines, "total_cents": total_cents(lines), "idempotency_key": uuid4()}
    return render(request, "shop/checkout.html", context)


@require_safe
@login_required
def orders(request: CustomerRequest) -> HttpResponse:
    page = page_of(orders_of(request.user), page_number(request))
    return render(
        request, "shop/orders.html", {"page": page, "links": PageLinks(page, request.path)}
    )


@require_safe
@login_required
def order(request: CustomerRequest, id: int) -> HttpResponse:
    order = find_order(request.user, id)
    context = {"order": order, "lines": order.lines_as_bought(), "total_cents": order.total_cents}
    return render(request, "shop/order.html", context)
