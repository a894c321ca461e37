"""What is sold, what is about to be bought, and what was bought.

db/schema.sql makes the tables, and says what becomes of rows when one goes that they refer to (ON
DELETE). Django would delete row by row, and leaves it to PostgreSQL.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse


class Category(models.Model):
    id = models.AutoField(primary_key=True)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    class Meta:
        db_table = "category"
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("shop:category", args=[self.slug])


class ProductQuerySet(models.QuerySet["Product"]):
    def summaries(self) -> ProductQuerySet:
        """With what a list shows, and no more."""
        return self.select_related("category").only(
            "name", "price_cents", "stock", "category__slug"
        )


class ProductManager(models.Manager["Product"]):
    def get_queryset(self) -> ProductQuerySet:
        """The words are for searching in: no reader wants them."""
        return ProductQuerySet(self.model, using=self._db).defer("search")

    def summaries(self) -> ProductQuerySet:
        return self.get_queryset().summaries()


class Product(models.Model):
    id = models.AutoField(primary_key=True)
    category = models.ForeignKey(Category, on_delete=models.DO_NOTHING)
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=10_000, blank=True)
    price_cents = models.IntegerField(validators=[MinValueValidator(1)])
    stock = models.IntegerField(validators=[MinValueValidator(0)])
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    search = models.GeneratedField(
        expression=SearchVector("name", config="english", weight="A")
        + SearchVector("description", config="english", weight="B"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects: ClassVar[ProductManager] = ProductManager()

    class Meta:
        db_table = "product"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("shop:product", args=[self.pk])

    @property
    def in_stock(self) -> bool:
        return self.stock > 0


class CartLine(models.Model):
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING)
    product = models.ForeignKey(Product, on_delete=models.DO_NOTHING)
    quantity = models.IntegerField()

    class Meta:
        db_table = "cart_line"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "product"], name="cart_line_of_product")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of product {self.product_id}"

    @property
    def name(self) -> str:
        return self.product.name

    @property
    def price_cents(self) -> int:
        return self.product.price_cents

    @property
    def sum_cents(self) -> int:
        return self.price_cents * self.quantity


class Order(models.Model):
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING)
    idempotency_key = models.TextField()
    total_cents = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "customer_order"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "idempotency_key"], name="customer_order_key"
            )
        ]

    def __str__(self) -> str:
        return f"order {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("shop:order", args=[self.pk])

    def lines_as_bought(self) -> list[OrderLine]:
        return list(self.lines.order_by("id"))


class OrderLine(models.Model):
    """Name and price are those of the time of the order, and stay when the product goes."""

    order = models.ForeignKey(Order, on_delete=models.DO_NOTHING, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.DO_NOTHING, null=True)
    product_name = models.TextField()
    price_cents = models.IntegerField()
    quantity = models.IntegerField()

    class Meta:
        db_table = "order_line"

    def __str__(self) -> str:
        return f"{self.quantity} of {self.product_name}"

    @property
    def name(self) -> str:
        return self.product_name

    @property
    def sum_cents(self) -> int:
        return self.price_cents * self.quantity
