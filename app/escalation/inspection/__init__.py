"""Quality inspection (质检): one score form for people and for the bot, sampled, pre-scored, rechecked, appealed."""
