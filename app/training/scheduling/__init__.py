"""What training does by itself: a dataset version proposed every night, a run a week; both can be switched off."""
