"""`kefu serve-model`: replaces this process by a vLLM server with flags that suit the machine."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from app.adapters.training.adapter_files import AdapterRefused, check_adapter
from app.adapters.vllm_server import Adapter, Machine, ServerPlan, plan_server
from app.commands.workplace import settings_at, with_switchboard
from app.kernel.settings import PREFIX, Settings, environment
from app.model_registry import ModelKind, ModelRegistryTools, ModelState, list_models
from app.wiring import Switchboard

Say = Callable[[str], None]


class NoVllm(Exception):
    """There is no vLLM to start; the message says where it was looked for."""


def serve_model(
    data_dir: Path | None,
    model_dir: Path,
    *,
    host: str,
    port: int,
    name: str | None,
    with_adapters: bool,
    extra: Sequence[str],
    say: Say,
) -> NoReturn:
    """Never returns. Raises NoVllm, NotAModel."""
    settings = settings_at(data_dir)
    program = find_vllm(settings)
    model_dir = model_dir.absolute()
    adapters = registered_adapters(data_dir, settings, model_dir, say) if with_adapters else []
    key = settings.chat_key.get_secret_value() if settings.chat_key else None
    served = name or model_dir.name
    plan = plan_server(
        model_dir, Machine.here(), name=served, host=host, port=port, adapters=adapters, key=key, extra=extra
    )
    announce(plan, served, host, port, adapters, say)
    variables = {k: v for k, v in environment(settings).items() if not k.startswith(PREFIX)}
    os.execve(program[0], [*program, "serve", *plan.arguments], {**variables, **plan.environment})


def find_vllm(settings: Settings) -> list[str]:
    """The program to start: of the environment KEFU_VLLM_PYTHON names, else `vllm` on PATH. Raises NoVllm."""
    if settings.vllm_python is not None:
        python = settings.vllm_python.absolute()
        if not python.exists():
            raise NoVllm(f"KEFU_VLLM_PYTHON is {python}, which does not exist")
        return [str(python), "-m", "vllm.entrypoints.cli.main"]
    found = shutil.which("vllm")
    if found is None:
        raise NoVllm("vLLM is not installed here: set KEFU_VLLM_PYTHON, or put the vllm command on PATH")
    return [found]


def registered_adapters(data_dir: Path | None, settings: Settings, model_dir: Path, say: Say) -> list[Adapter]:
    """The adapters of this model that are in use and whose files are those that were registered."""
    if settings.database_url is None and not settings.data_dir.exists():
        return []

    async def collect(board: Switchboard) -> list[Adapter]:
        found: list[Adapter] = []
        for version in await list_models(board.tools[ModelRegistryTools], ModelKind.CHAT, limit=100):
            if version.state is ModelState.RETIRED or not version.adapter_path or not version.sha256:
                continue
            if version.base_model != str(model_dir):
                continue
            try:
                check_adapter(Path(version.adapter_path), version.sha256)
            except AdapterRefused as refusal:
                say(f"left out {version.name}: {refusal}")
                continue
            found.append(Adapter(version.name, Path(version.adapter_path)))
        return found

    return with_switchboard(data_dir, collect)


def announce(plan: ServerPlan, name: str, host: str, port: int, adapters: Sequence[Adapter], say: Say) -> None:
    """Says what is started and how Kefu finds it."""
    kind = "CHAT" if plan.generates else "EMBED"
    say(f"vllm serve {' '.join(plan.arguments)}")
    if adapters:
        say(f"with {len(adapters)} adapters: {', '.join(adapter.name for adapter in adapters)}")
    say(f"for Kefu: KEFU_{kind}_URL=http://{host}:{port}/v1 KEFU_{kind}_MODEL={name}")
