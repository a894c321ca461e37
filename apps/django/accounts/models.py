"""Customers and their attempts to log in, in tables of db/schema.sql."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class CustomerManager(BaseUserManager["Customer"]):
    def create_user(self, email: str, name: str, password: str) -> Customer:
        customer = self.model(email=email, name=name)
        customer.set_password(password)
        customer.save(force_insert=True)
        return customer


class Customer(AbstractBaseUser):
    """Who buys. The staff are customers too, and may do all that the admin offers."""

    id = models.AutoField(primary_key=True)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    # Django would write it at each login, and nothing reads it.
    last_login = None

    objects = CustomerManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "customer"

    def __str__(self) -> str:
        return self.email

    def has_perm(self, permission: str, instance: models.Model | None = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """Groups and permissions have an admin too: they mean nothing here."""
        return self.is_staff and app_label == "shop"


class LoginAttempt(models.Model):
    """Counted by address, whether or not a customer has it."""

    email = models.TextField(primary_key=True)
    attempts = models.IntegerField()
    window_ends_at = models.DateTimeField()

    class Meta:
        db_table = "login_attempt"

    def __str__(self) -> str:
        return f"{self.attempts} for {self.email}"
