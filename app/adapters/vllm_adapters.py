"""Loads LoRA adapters into a running vLLM and takes them out, through its development routes."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp

from app.adapters.training.adapter_files import AdapterRefused, check_adapter
from app.adapters.training.adapter_fit import AdapterUnfitting, check_fit
from app.kernel.logging import get_logger
from app.training import AdapterDamaged, AdapterNotServed, AdapterUnfit

log = get_logger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=5)
LONGEST_COMPLAINT = 400
LOOK = aiohttp.ClientTimeout(total=5, connect=2)


class VllmAdapters:
    """`chat_url` is the OpenAI base ending in /v1; None: no model server. The server must see the same folders."""

    def __init__(self, chat_url: str | None, key: str | None) -> None:
        self._url = chat_url
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def load(self, name: str, path: str) -> None:
        """See the port `AdapterServer`."""
        base = await self._base_folder()
        if base is not None:
            try:
                await asyncio.to_thread(check_fit, Path(path), base)
            except AdapterUnfitting as unfit:
                raise AdapterUnfit(str(unfit)) from unfit
        body: dict[str, object] = {"lora_name": name, "lora_path": path}
        status, said = await self._post("load_lora_adapter", body)
        if status == 400:  # already there under this name
            status, said = await self._post("load_lora_adapter", {**body, "load_inplace": True})
        if status != 200:
            log.warning("adapter_not_loaded", name=name, status=status)
            if said:
                raise AdapterUnfit(said)
            raise AdapterNotServed

    async def unload(self, name: str) -> None:
        """Takes it away; a name nobody serves is fine."""
        status, _ = await self._post("unload_lora_adapter", {"lora_name": name})
        if status not in (200, 404):
            log.warning("adapter_not_unloaded", name=name, status=status)
            raise AdapterNotServed

    async def served(self, url: str | None = None) -> frozenset[str] | None:
        """See the port `AdapterServer`."""
        listed = await self._listed(url or self._url)
        return None if listed is None else frozenset(str(one["id"]) for one in listed)

    async def _base_folder(self) -> Path | None:
        """The folder of the model the server started from, if it says so and this machine sees it too."""
        roots = [Path(str(one["root"])) for one in await self._listed(self._url) or () if one.get("root")]
        # Adapters are listed with their own folders; a base has a model's settings in it.
        return next((one for one in roots if one.is_absolute() and (one / "config.json").is_file()), None)

    async def _listed(self, base: str | None) -> list[dict[str, Any]] | None:
        if base is None:
            return None
        try:
            async with (
                aiohttp.ClientSession(timeout=LOOK, headers=self._headers) as client,
                client.get(f"{base.rstrip('/')}/models") as answer,
            ):
                listed = await answer.json()
                return [{**one, "id": one["id"]} for one in listed["data"]]
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
            return None

    def check(self, path: str, sha256: str) -> None:
        """Raises AdapterDamaged when the files are not those that were registered."""
        try:
            check_adapter(Path(path), sha256)
        except AdapterRefused as refusal:
            raise AdapterDamaged(str(refusal)) from refusal

    async def _post(self, route: str, body: dict[str, object]) -> tuple[int, str]:
        """The status, and what the server says against it."""
        if self._url is None:
            raise AdapterNotServed
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT, headers=self._headers) as client,
                client.post(f"{self._url}/{route}", json=body) as answer,
            ):
                return answer.status, _complaint(await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AdapterNotServed from error


def _complaint(body: bytes) -> str:
    """The sentence of an OpenAI-style error; nothing when it holds none."""
    try:
        found = json.loads(body)
        said = found["error"]["message"] if isinstance(found.get("error"), dict) else found.get("message")
    except (ValueError, KeyError, AttributeError):
        return ""
    return str(said or "")[:LONGEST_COMPLAINT]
