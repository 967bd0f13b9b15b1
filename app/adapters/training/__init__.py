"""Fine-tuning in a child process: `process` is the product's side, `run` and all it imports the trainer's side."""
