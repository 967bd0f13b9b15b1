"""Staff: who is there, in which role, invited, disabled, and given a new password by a link that works once."""
