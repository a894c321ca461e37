"""Unit tests: of what needs neither server nor database. `python -m unittest` runs them."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headroom.settings")
os.environ.setdefault("DATABASE_URL", "postgres://user:password@127.0.0.1:1/none")
os.environ.setdefault("SESSION_SECRET", "of-fifty-characters-for-tests-that-sign-nothing-at-all")
django.setup()
