"""Publishing: a correction is tried on real questions and on the regression questions, then made live or stopped."""
