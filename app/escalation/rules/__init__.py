"""Escalation rules: what brings a conversation with the bot to people, and what other rules would have changed."""
