"""Rollout: a version in the shadow, on a share, live, and back; watched while customers meet it."""
