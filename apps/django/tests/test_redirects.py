"""Where a login may lead: to a path of this shop, and nowhere else."""

from __future__ import annotations

import unittest

from headroom.redirects import next_path


class NextPathTest(unittest.TestCase):
    def test_a_path_is_followed(self) -> None:
        for path in ("/", "/cart", "/orders?page=2", "/a//b", "/ä"):
            with self.subTest(path):
                self.assertEqual(next_path(path), path)

    def test_anything_else_is_not(self) -> None:
        for value, reason in (
            (None, "missing"),
            ("", "empty"),
            ("cart", "no slash"),
            ("//evil.example", "a host"),
            ("/\\evil.example", "a host to a browser"),
            ("https://evil.example/", "a scheme"),
            ("/\t/evil.example", "a browser drops the tab"),
            ("/cart\r\nSet-Cookie: a=b", "a header"),
            ("/cart\n", "a line end that $ matches before"),
            (" /cart", "a space before it"),
        ):
            with self.subTest(f"{value!r} is {reason}"):
                self.assertEqual(next_path(value), "")
