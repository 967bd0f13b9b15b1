"""Routes of knowledge, one file a subject."""
