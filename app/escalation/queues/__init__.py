"""Queues: groups of people who serve, what each is for, and whose conversations one may see."""
