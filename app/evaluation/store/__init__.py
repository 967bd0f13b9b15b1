"""All SQL of evaluation."""
