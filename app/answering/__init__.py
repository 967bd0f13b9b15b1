"""A question in, answer events out; owns prompts, knows no tables."""
