"""SQL of service levels."""
