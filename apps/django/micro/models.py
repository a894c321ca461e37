"""TechEmpower's two tables, as db/schema.sql makes them."""

from __future__ import annotations

from typing import TypedDict

from django.db import models

WORLD_SIZE = 10_000
"""Rows of `world`; their ids, and the numbers they hold, are 1 to this."""


class WorldJson(TypedDict):
    id: int
    randomNumber: int


class World(models.Model):
    id = models.IntegerField(primary_key=True)
    random_number = models.IntegerField()

    class Meta:
        db_table = "world"

    def __str__(self) -> str:
        return f"world {self.id}"

    def as_json(self) -> WorldJson:
        return {"id": self.id, "randomNumber": self.random_number}


class Fortune(models.Model):
    id = models.IntegerField(primary_key=True)
    message = models.TextField()

    class Meta:
        db_table = "fortune"

    def __str__(self) -> str:
        return self.message
