"""db/schema.sql, the models, their migrations and db/bookkeeping/django.sql agree."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.test import TestCase

SQL = Path(__file__).parents[3] / "db/bookkeeping/django.sql"
OWN_APPS = ("accounts", "micro", "shop")


def type_of(field: models.Field[Any, Any]) -> str:
    return field.db_parameters(connection)["type"] or ""


class BookkeepingTest(TestCase):
    def test_it_is_what_the_command_writes(self) -> None:
        written = StringIO()
        call_command("bookkeeping", stdout=written)
        self.assertEqual(
            SQL.read_text(),
            written.getvalue(),
            "db/bookkeeping/django.sql is stale: write it again by `manage.py bookkeeping`.",
        )

    def test_no_model_waits_for_a_migration(self) -> None:
        call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())

    def test_each_table_of_the_schema_has_the_columns_of_its_model(self) -> None:
        for model in (model for app in OWN_APPS for model in apps.get_app_config(app).get_models()):
            with self.subTest(model.__name__), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT column_name, data_type, is_nullable = 'YES' "
                    "FROM information_schema.columns WHERE table_name = %s",
                    [model._meta.db_table],
                )
                # A model bounds texts that the schema does not.
                fields = {
                    (field.column, re.sub(r"varchar\(\d+\)", "text", type_of(field)), field.null)
                    for field in model._meta.concrete_fields
                }
                self.assertEqual(set(cursor.fetchall()), fields)
                constraints = {one.name for one in model._meta.constraints}
                found = connection.introspection.get_constraints(cursor, model._meta.db_table)
                self.assertLessEqual(constraints, found.keys())
