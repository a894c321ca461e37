"""The two tables of the rules, as db/schema.sql makes them."""

from __future__ import annotations

from django.db import models


class World(models.Model):
    id = models.IntegerField(primary_key=True)
    randomnumber = models.IntegerField(db_column="random_number")

    class Meta:
        managed = False
        db_table = "world"

    def __str__(self) -> str:
        return f"world {self.id}"


class Fortune(models.Model):
    id = models.IntegerField(primary_key=True)
    message = models.TextField()

    class Meta:
        managed = False
        db_table = "fortune"

    def __str__(self) -> str:
        return self.message
