"""Service levels: how long customers wait at most, counted in working time; warnings, breaches, what they cause."""
