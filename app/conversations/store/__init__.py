"""All SQL of conversations, by subject: threads, questions, answers, the log, transcripts, nodes."""
