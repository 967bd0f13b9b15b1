"""Assignment: the line of those who wait, whose turn it is, who gets it, and what brings it back."""
