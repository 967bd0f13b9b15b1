"""Putting a conversation aside until a moment; the customer's next word brings it back at once."""
