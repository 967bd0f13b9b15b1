"""Vendor SDKs live here and nowhere else."""
