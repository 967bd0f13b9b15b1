"""Evaluation: the company's regression questions, the runs over them, and the gate before a change of search."""
