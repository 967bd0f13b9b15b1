"""Blind comparison: people say which of two answers is better without knowing whose is whose."""
