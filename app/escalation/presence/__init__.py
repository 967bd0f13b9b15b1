"""Presence: who of the staff is there for customers, how much each can take, and what each knows."""
