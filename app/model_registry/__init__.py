"""Which chat, embedding and rerank models exist, where they are served and which version is live."""
