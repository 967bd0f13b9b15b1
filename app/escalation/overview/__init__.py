"""What a supervisor looks over: the wall of what is going on now, and all conversations by their words."""
