"""Mentions: a colleague named in a note finds a badge at the desk until the note was seen."""
