"""What the staff may do: list, search, add, change and delete products."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from problems.exceptions import InvalidParameter
from shop.models import Category, Product
from validation.fields import TextField, WholeNumberField
from validation.values import digits_in


class CategoryField(forms.ModelChoiceField[Category]):
    def to_python(self, value: Any) -> Category | None:
        digits = digits_in(str(value or ""))
        if digits is None:
            raise forms.ValidationError("There is no such category.", code="invalid_choice")
        return super().to_python(digits)


class ProductForm(forms.ModelForm[Product]):
    """Changes the stock by as much as was typed: what is sold meanwhile stays sold."""

    stock = WholeNumberField(min_value=0, max_value=2_147_483_647, show_hidden_initial=True)

    class Meta:
        model = Product
        fields = ("category", "name", "description", "price_cents", "stock")
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {
            "category": CategoryField,
            "name": TextField,
            "description": TextField,
            "price_cents": WholeNumberField,
        }

    def clean_stock(self) -> int:
        wanted: int = self.cleaned_data["stock"]
        if self.instance.pk is None:
            return wanted
        now = self.instance.stock
        shown: int = self.fields["stock"].clean(
            self.data.get(self.add_initial_prefix("stock"), now)
        )
        if now + wanted - shown < 0:
            raise forms.ValidationError("Less is left than you take away.")
        return now + wanted - shown


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin[Product]):
    form = ProductForm
    list_display = ("name", "category", "price_cents", "stock", "created_at")
    list_select_related = ("category",)
    search_fields = ("name",)
    ordering = ("-created_at", "-id")
    # Of a million products, counting them all would take longer than finding some.
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        products = super().get_queryset(request)
        if request.method == "POST" and connection.in_atomic_block:
            # So that the stock that a change is added to is that of now.
            return products.select_for_update(of=("self",))
        return products

    def lookup_allowed(self, *args: Any) -> bool:
        """No filter is offered, and one that was made up can be what PostgreSQL fails at."""
        return False

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Django's deletes as soon as any field was sent.
        if request.method == "POST" and request.POST.get("post") != "yes":
            raise InvalidParameter("post", "post must be yes.")
        return super().delete_view(request, object_id, extra_context)

    def view_on_site(self, product: Product) -> str:
        return product.get_absolute_url()

    def save_model(
        self, request: HttpRequest, product: Product, form: forms.ModelForm[Product], change: bool
    ) -> None:
        product.save(update_fields=form.changed_data if change else None)
