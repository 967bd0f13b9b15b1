"""Hand-over to people: the queue and the agent's desk."""
