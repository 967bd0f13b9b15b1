"""All SQL of knowledge, one file a subject."""
