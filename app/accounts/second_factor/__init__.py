"""The second factor of a sign-in: six digits from an authenticator app, or a recovery code."""
