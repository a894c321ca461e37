"""The shop's paths: its pages, its API, and what machines read."""

from __future__ import annotations

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path

from shop.api import buying as buying_api
from shop.api import catalogue as catalogue_api
from shop.feeds import NewProductsFeed
from shop.sitemaps import sitemaps
from shop.views import buying, catalogue, machines
from validation.decorators import require_safe, stateless

app_name = "shop"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("products", catalogue.products, name="products"),
    path("products/<int:id>", catalogue.product, name="product"),
    path("categories/<slug:slug>", catalogue.category, name="category"),
    path("search", catalogue.search, name="search"),
    path("cart", buying.cart, name="cart"),
    path("cart/<int:id>", buying.cart_line, name="cart_line"),
    path("checkout", buying.checkout, name="checkout"),
    path("orders", buying.orders, name="orders"),
    path("orders/<int:id>", buying.order, name="order"),
    path("feed.xml", stateless(require_safe(NewProductsFeed())), name="feed"),
    path(
        "sitemap.xml",
        stateless(require_safe(sitemap_views.index)),
        {"sitemaps": sitemaps, "sitemap_url_name": "shop:sitemap_section"},
        name="sitemap",
    ),
    path("sitemaps/<slug:section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("robots.txt", machines.robots),
    path("api/products", catalogue_api.products),
    path("api/products/<int:id>", catalogue_api.product),
    path("api/search", catalogue_api.search),
    path("api/cart", buying_api.cart),
    path("api/cart/<int:id>", buying_api.cart_line),
    path("api/orders", buying_api.orders),
    path("api/orders/<int:id>", buying_api.order),
]
