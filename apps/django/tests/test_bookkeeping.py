"""db/bookkeeping/django.sql is what this version of Django would migrate to."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from accounts.management.commands.bookkeeping import migrations_in_order

SQL = Path(__file__).parents[3] / "db/bookkeeping/django.sql"


class BookkeepingTest(unittest.TestCase):
    def test_each_migration_stands_there_in_its_order(self) -> None:
        text = SQL.read_text()
        expected = [(one.app_label, one.name) for one in migrations_in_order(MigrationLoader(None))]
        headings = re.findall(r"^-- (\w+) (\d{4}_\w+)$", text, re.MULTILINE)
        rows = re.findall(r"^    \('(\w+)', '(\w+)', ", text, re.MULTILINE)
        self.assertEqual(headings, expected)
        self.assertEqual(rows, expected)
