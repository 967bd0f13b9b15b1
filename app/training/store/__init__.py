"""SQL of training: dataset versions, and runs with their curves."""
