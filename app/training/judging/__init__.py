"""Judging: a candidate asked beside the live model, figures, and the gate that lets it through or not."""
