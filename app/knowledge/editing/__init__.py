"""Editing: a document's chunks changed by hand, each with its history, and what a new version keeps of it."""
