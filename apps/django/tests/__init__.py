"""Tests in Python: `manage.py test`, with a DATABASE_URL whose role may create databases."""
