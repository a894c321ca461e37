"""Makes the tables of db/schema.sql, which both apps share.

That file is the schema. It holds what models cannot say: a domain, ON DELETE, a fill factor, a
function. So the models' own migrations change what Django knows, and no table.

The lab and compose make the tables before Django starts, and db/bookkeeping/django.sql records this
migration as applied. It runs for a test database.
"""

from __future__ import annotations

from pathlib import Path

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SCHEMA = Path(__file__).parents[4] / "db/schema.sql"


def run_schema(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    # Not RunSQL: an image of the app has no schema.sql, and needs none to load this module.
    editor.execute(SCHEMA.read_text(), params=None)


class Migration(migrations.Migration):
    operations = [migrations.RunPython(run_schema)]
