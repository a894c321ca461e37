"""Cart and orders, for programs."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, JsonResponse

from accounts.decorators import CustomerRequest, api_login_required
from shop.api.documents import cart_document, order_detail, order_summary, page_document
from shop.cart import MOST_OF_A_PRODUCT, add_to_cart, cart_of, change_cart
from shop.checkout import check_out, idempotency_key
from shop.forms import LARGEST_ID
from shop.orders import find_order, orders_of
from shop.pagination import PageLinks, page_number, page_of
from validation.decorators import require_http_methods, require_safe
from validation.json_bodies import read_json, whole_number

QUANTITY = {"quantity": whole_number(least=1, most=MOST_OF_A_PRODUCT)}
ADDITION = {"productId": whole_number(least=1, most=LARGEST_ID), **QUANTITY}


@require_http_methods(["GET", "HEAD", "POST"])
@api_login_required
def cart(request: CustomerRequest) -> HttpResponse:
    if request.method == "POST":
        given = read_json(request, ADDITION)
        product_id, quantity = int(given["productId"]), int(given["quantity"])
        add_to_cart(request.user, product_id, quantity, field="productId")
    return _cart_now(request)


@require_http_methods(["PUT", "DELETE"], without_body=["DELETE"])
@api_login_required
def cart_line(request: CustomerRequest, id: int) -> HttpResponse:
    removes = request.method == "DELETE"
    quantity = 0 if removes else int(read_json(request, QUANTITY)["quantity"])
    change_cart(request.user, id, quantity)
    return _cart_now(request)


def _cart_now(request: CustomerRequest) -> HttpResponse:
    return JsonResponse(cart_document(list(cart_of(request.user))))


@require_http_methods(["GET", "HEAD", "POST"], without_body=["POST"])
@api_login_required
def orders(request: CustomerRequest) -> HttpResponse:
    if request.method == "POST":
        return _check_out(request)
    page = page_of(orders_of(request.user), page_number(request))
    items = [order_summary(order) for order in page]
    return JsonResponse(page_document(page, items, PageLinks(page, request.path)))


def _check_out(request: CustomerRequest) -> HttpResponse:
    key = idempotency_key(request.headers.get("Idempotency-Key"), field="Idempotency-Key")
    order, lines = check_out(request.user, key)
    return JsonResponse(
        order_detail(order, lines),
        status=HTTPStatus.CREATED,
        headers={"Location": f"/api/orders/{order.pk}"},
    )


@require_safe
@api_login_required
def order(request: CustomerRequest, id: int) -> HttpResponse:
    order = find_order(request.user, id)
    return JsonResponse(order_detail(order, order.lines_as_bought()))
