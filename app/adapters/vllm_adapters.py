"""Loads LoRA adapters into a running vLLM and takes them out, through its development routes."""

from pathlib import Path

import aiohttp

from app.adapters.training.adapter_files import AdapterRefused, check_adapter
from app.kernel.logging import get_logger
from app.training import AdapterDamaged, AdapterNotServed

log = get_logger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)
LOOK = aiohttp.ClientTimeout(total=5, connect=2)


class VllmAdapters:
    """`chat_url` is the OpenAI base ending in /v1; None: no model server. The server must see the same folders."""

    def __init__(self, chat_url: str | None, key: str | None) -> None:
        self._url = chat_url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def load(self, name: str, path: str) -> None:
        """Makes an adapter answer under a name; again replaces it."""
        body: dict[str, object] = {"lora_name": name, "lora_path": path}
        status = await self._post("load_lora_adapter", body)
        if status == 400:  # already there under this name
            status = await self._post("load_lora_adapter", {**body, "load_inplace": True})
        if status != 200:
            log.warning("adapter_not_loaded", name=name, status=status)
            raise AdapterNotServed

    async def unload(self, name: str) -> None:
        """Takes it away; a name nobody serves is fine."""
        status = await self._post("unload_lora_adapter", {"lora_name": name})
        if status not in (200, 404):
            log.warning("adapter_not_unloaded", name=name, status=status)
            raise AdapterNotServed

    async def served(self, url: str | None = None) -> frozenset[str] | None:
        """See the port `AdapterServer`."""
        base = url or self._url
        if base is None:
            return None
        try:
            async with (
                aiohttp.ClientSession(timeout=LOOK, headers=self._headers) as client,
                client.get(f"{base.rstrip('/')}/models") as answer,
            ):
                listed = await answer.json()
                return frozenset(str(one["id"]) for one in listed["data"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
            return None

    def check(self, path: str, sha256: str) -> None:
        """Raises AdapterDamaged when the files are not those that were registered."""
        try:
            check_adapter(Path(path), sha256)
        except AdapterRefused as refusal:
            raise AdapterDamaged(str(refusal)) from refusal

    async def _post(self, route: str, body: dict[str, object]) -> int:
        if self._url is None:
            raise AdapterNotServed
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT, headers=self._headers) as client,
                client.post(f"{self._url}/{route}", json=body) as answer,
            ):
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AdapterNotServed from error
