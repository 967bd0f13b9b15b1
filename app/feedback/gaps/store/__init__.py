"""SQL of gaps."""
