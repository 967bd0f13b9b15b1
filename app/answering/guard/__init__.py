"""Guard: what customers may write and bots may say, by rules staff can read; words, secrets, links, leaks, attacks."""
