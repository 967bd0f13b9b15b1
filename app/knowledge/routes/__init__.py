"""JSON routes of knowledge, one file a subject."""
