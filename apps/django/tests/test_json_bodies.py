"""A body is the schema's, or it is refused and its first wrong field named."""

from __future__ import annotations

import unittest
from http import HTTPStatus

from django.test import RequestFactory

from problems.exceptions import InvalidParameter, Refusal
from validation.json_bodies import read_json, text, whole_number

CHECKS = {"name": text(most=5), "count": whole_number(least=1, most=99)}


def read(body: str | bytes, content_type: str = "application/json") -> dict[str, object]:
    request = RequestFactory().post("/", body, content_type=content_type)
    return read_json(request, CHECKS)


class JsonBodiesTest(unittest.TestCase):
    def test_what_the_schema_allows_is_read(self) -> None:
        self.assertEqual(read('{"count": 99, "name": "five!"}'), {"count": 99, "name": "five!"})
        self.assertEqual(read('{"count": 1.0, "name": ""}')["count"], 1)

    def test_the_first_wrong_field_is_named(self) -> None:
        for body, field, reason in (
            ("{}", "name", "all missing"),
            ('{"name": 1, "count": 0}', "name", "both wrong"),
            ('{"name": "six..."  , "count": 1}', "name", "too long"),
            ('{"name": "\\u0000", "count": 1}', "name", "a NUL"),
            ('{"name": "\\ud800", "count": 1}', "name", "half a character"),
            ('{"name": "a", "count": 0}', "count", "too small"),
            ('{"name": "a", "count": 1.5}', "count", "a fraction"),
            ('{"name": "a", "count": true}', "count", "a truth, which Python counts with"),
            ('{"name": "a", "count": "1"}', "count", "a text"),
            ('{"name": "a", "count": null}', "count", "nothing"),
            ('{"name": "a", "count": 1, "more": 1}', "more", "unknown"),
        ):
            with self.subTest(f"{body} is {reason}"), self.assertRaises(InvalidParameter) as caught:
                read(body)
            self.assertEqual(caught.exception.field, field)

    def test_what_is_no_object_is_refused(self) -> None:
        for body in (" ", "{", "[]", "null", "NaN", '{"count": Infinity}', b"\xff", "[" * 60_000):
            with self.subTest(body[:20]), self.assertRaises(Refusal) as caught:
                read(body)
            self.assertEqual(caught.exception.status, HTTPStatus.BAD_REQUEST)

    def test_another_type_is_refused(self) -> None:
        with self.assertRaises(Refusal) as caught:
            read("{}", "text/plain")
        self.assertEqual(caught.exception.status, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
