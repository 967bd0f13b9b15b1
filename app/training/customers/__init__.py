"""Everything there is about one customer: given to them as a file, or erased, what was learnt from it included."""
