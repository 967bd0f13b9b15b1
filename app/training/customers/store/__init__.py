"""All SQL about one customer's data: where it is, what quotes them elsewhere, and the orders to erase it."""
