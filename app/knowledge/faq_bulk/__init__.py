"""Many FAQs at once: into another base, other tags, away."""
