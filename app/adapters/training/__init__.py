"""Fine-tuning in a child process: `process` is the product's side, `run` and what it imports live in the trainer's own environment."""
