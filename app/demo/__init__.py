"""The demo company, written by us."""
