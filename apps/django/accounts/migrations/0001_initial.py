"""Tells Django of the models, whose tables database.0001_schema makes."""

import django.db.models.functions.datetime
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
                    name="Customer",
                    fields=[
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("id", models.AutoField(primary_key=True, serialize=False)),
                        ("email", models.EmailField(max_length=254, unique=True)),
                        ("name", models.CharField(max_length=100)),
                        ("is_staff", models.BooleanField(default=False)),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now()
                            ),
                        ),
                    ],
                    options={
                        "db_table": "customer",
                    },
                ),
                migrations.CreateModel(
                    name="LoginAttempt",
                    fields=[
                        ("email", models.TextField(primary_key=True, serialize=False)),
                        ("attempts", models.IntegerField()),
                        ("window_ends_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "login_attempt",
                    },
                ),
            ]
        ),
    ]
