"""Datasets from reviewed data, fine-tune runs, evaluations, promotion."""
