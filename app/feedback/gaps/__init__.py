"""Knowledge gaps: questions the bot could not answer, those that mean the same together, on their way to an answer."""
