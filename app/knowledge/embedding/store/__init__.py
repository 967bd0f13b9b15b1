"""All SQL of changing the embedder."""
