"""SQL of assignment: the line, and choosing who gets whom."""
