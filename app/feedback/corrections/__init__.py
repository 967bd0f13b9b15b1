"""Corrections: right answers written by staff, on their way from a draft through review into the knowledge bases."""
