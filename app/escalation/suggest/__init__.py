"""What the desk offers beside a conversation: why it is here, what was said in short, and a reply to start from."""
