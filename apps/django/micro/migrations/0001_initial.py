"""Tells Django of the models, whose tables database.0001_schema makes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("database", "0001_schema"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Fortune",
                    fields=[
                        ("id", models.IntegerField(primary_key=True, serialize=False)),
                        ("message", models.TextField()),
                    ],
                    options={
                        "db_table": "fortune",
                    },
                ),
                migrations.CreateModel(
                    name="World",
                    fields=[
                        ("id", models.IntegerField(primary_key=True, serialize=False)),
                        ("random_number", models.IntegerField()),
                    ],
                    options={
                        "db_table": "world",
                    },
                ),
            ]
        ),
    ]
