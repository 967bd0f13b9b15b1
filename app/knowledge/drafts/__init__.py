"""Drafts: a document read with other settings, kept beside what search serves until accepted or discarded."""
