"""What the staff may do: list, search, add, change and delete products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from shop.models import Product

if TYPE_CHECKING:  # Django's own classes take no parameters.
    ModelForm = forms.ModelForm[Product]
    ModelAdmin = admin.ModelAdmin[Product]
else:
    ModelForm = forms.ModelForm
    ModelAdmin = admin.ModelAdmin


class ProductForm(ModelForm):
    """Changes the stock by as much as was typed: what is sold meanwhile stays sold."""

    stock = forms.IntegerField(min_value=0, max_value=2_147_483_647, show_hidden_initial=True)

    class Meta:
        model = Product
        fields = ("category", "name", "description", "price_cents", "stock")

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
class ProductAdmin(ModelAdmin):
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

    def view_on_site(self, product: Product) -> str:
        return product.get_absolute_url()

    def save_model(
        self, request: HttpRequest, product: Product, form: ModelForm, change: bool
    ) -> None:
        product.save(update_fields=form.changed_data if change else None)
