"""Routes as the contract writes them."""

from __future__ import annotations

import unittest

from observability.requests import template_of


class TemplateTest(unittest.TestCase):
    def test_a_parameter_is_named_without_its_type(self) -> None:
        self.assertEqual(template_of("json"), "/json")
        self.assertEqual(template_of(""), "/")
        self.assertEqual(template_of("api/cart/<int:id>"), "/api/cart/{id}")
        self.assertEqual(template_of("sitemaps/<slug:section>.xml"), "/sitemaps/{section}.xml")

    def test_the_admin_is_one_route(self) -> None:
        self.assertEqual(template_of("staff/shop/product/<path:object_id>/change/"), "/staff/")
        self.assertEqual(template_of("staff/(?P<url>.*)$"), "/staff/")
