"""Ratings, corrections and knowledge gaps."""
