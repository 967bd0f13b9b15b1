"""Rows of background work: state, lease, progress, cancel; the queue only rings, the row is the truth."""
