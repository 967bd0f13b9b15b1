"""Benchmarks and the scripted model server they run against."""
