"""Model servers beside the main one, each with one pool of connections: for versions that no server shares."""

from app.adapters.openai_chat import OpenAIChat, Waits


class ChatServers:
    """Gives the server at an address, the same one whenever asked; `close` it at the end."""

    def __init__(self, key: str | None, waits: Waits) -> None:
        self._key, self._waits = key, waits
        self._known: dict[str, OpenAIChat] = {}

    def __call__(self, url: str) -> OpenAIChat:
        if url not in self._known:
            self._known[url] = OpenAIChat(url, None, self._key, self._waits)
        return self._known[url]

    async def close(self) -> None:
        """Closes every pool."""
        for one in self._known.values():
            await one.close()
