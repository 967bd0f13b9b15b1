"""Celery processes: thin, no rule of the business is decided here."""
