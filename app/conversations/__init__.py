"""Customers' threads and messages, the event log, and the driving of one question from start to end."""
