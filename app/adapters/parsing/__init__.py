"""Reads uploaded files: a template process forks one locked-down child per document, which parses and splits it."""
