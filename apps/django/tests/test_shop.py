"""A visitor's way through the shop, on a real PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import TestCase
from django.utils.timezone import now

from accounts.models import Customer, LoginAttempt
from shop.models import CartLine, Category, Order, Product

EMAIL, PASSWORD = "ada@example.com", "correct horse 1"
FORM = "application/x-www-form-urlencoded"


class ShopTest(TestCase):
    customer: Customer
    product: Product

    @classmethod
    def setUpTestData(cls) -> None:
        cls.customer = Customer.objects.create_user(EMAIL, "Ada", PASSWORD)
        lamps = Category.objects.create(slug="lamps", name="Lamps")
        cls.product = Product.objects.create(
            category=lamps, name="Oak <lamp>", description="Bright.", price_cents=4_999, stock=3
        )

    def post(self, path: str, **fields: object) -> Any:
        return self.client.post(path, urlencode(fields), content_type=FORM)


class PagesTest(ShopTest):
    def test_a_product_has_a_page(self) -> None:
        response = self.client.get(self.product.get_absolute_url())
        self.assertContains(response, "Oak &lt;lamp&gt;")
        self.assertContains(response, "€49.99")

    def test_a_product_is_found_by_a_word_of_its_description(self) -> None:
        response = self.client.get("/search", {"q": "bright"})
        self.assertEqual(list(response.context["page"]), [self.product])


class LoginTest(ShopTest):
    def test_an_anonymous_visitor_logs_in_and_comes_back(self) -> None:
        response = self.client.get("/cart")
        self.assertRedirects(response, "/login?next=/cart", HTTPStatus.SEE_OTHER)
        response = self.post("/login", email=EMAIL.upper(), password=PASSWORD, next="/cart")
        self.assertRedirects(response, "/cart", HTTPStatus.SEE_OTHER)

    def test_next_is_a_path_of_this_shop_or_home(self) -> None:
        for value, reason in (
            ("cart", "no slash"),
            ("//evil.example", "a host"),
            ("//testserver/cart", "this host"),
            ("/\\evil.example", "a host to a browser"),
            ("https://evil.example/", "a scheme"),
            ("/\t/evil.example", "a browser drops the tab"),
            ("/cart\r\nSet-Cookie: a=b", "a header"),
            ("/cart\n", "a line end that $ matches before"),
            (" /cart", "a space before it"),
        ):
            with self.subTest(f"{value!r} is {reason}"):
                response = self.post("/login", email=EMAIL, password=PASSWORD, next=value)
                self.assertEqual(response.headers["Location"], "/")
                self.client.logout()

    def test_the_eleventh_wrong_password_is_refused_unread(self) -> None:
        for _ in range(10):
            response = self.post("/login", email=EMAIL, password=f"not {PASSWORD}")
            self.assertContains(
                response, "Email or password is wrong.", status_code=HTTPStatus.BAD_REQUEST
            )
        response = self.post("/login", email=EMAIL, password=PASSWORD)
        self.assertEqual(response.status_code, HTTPStatus.TOO_MANY_REQUESTS)


class CheckoutTest(ShopTest):
    def setUp(self) -> None:
        self.client.force_login(self.customer)

    def test_a_cart_becomes_an_order_once(self) -> None:
        self.post("/cart", product=self.product.pk, quantity=2)
        key = self.client.get("/checkout").context["idempotency_key"]
        response = self.post("/checkout", idempotency_key=key)
        order = Order.objects.get()
        self.assertRedirects(response, f"/orders/{order.pk}", HTTPStatus.SEE_OTHER)
        again = self.post("/checkout", idempotency_key=key)
        self.assertEqual(again.headers["Location"], response.headers["Location"])
        self.product.refresh_from_db()
        self.assertEqual((order.total_cents, self.product.stock), (9_998, 1))
        self.assertFalse(CartLine.objects.exists())

    def test_more_than_there_is_in_stock_is_not_sold(self) -> None:
        self.post("/cart", product=self.product.pk, quantity=4)
        response = self.post("/checkout", idempotency_key="a-key-of-sixteen-")
        self.assertEqual(response.status_code, HTTPStatus.CONFLICT)
        self.assertFalse(Order.objects.exists())


class PruningTest(ShopTest):
    def test_what_has_run_out_is_deleted_and_nothing_else(self) -> None:
        for hours, name in ((-1, "ended"), (1, "current")):
            time = now() + timedelta(hours=hours)
            Session.objects.create(session_key=name, session_data="", expire_date=time)
            LoginAttempt.objects.create(email=name, attempts=1, window_ends_at=time)
        call_command("clearsessions", stdout=StringIO())
        call_command("clearloginattempts", stdout=StringIO())
        self.assertEqual([one.pk for one in Session.objects.all()], ["current"])
        self.assertEqual([one.pk for one in LoginAttempt.objects.all()], ["current"])
