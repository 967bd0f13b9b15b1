"""The demo company's tools: described when its order service is first known, pointed at it wherever it listens."""

import json
from pathlib import Path

from app.answering.tools import (
    NewSource,
    SourceKind,
    ToolRegistry,
    ToolSpec,
    add_source,
    add_tools,
    change_source,
    find_source,
    remove_source,
)
from app.demo import FOLDER
from app.demo.orders import Place, keep_place, read_place
from app.wiring import Switchboard

ORIGIN = "demo"


def tools_to_point(data_dir: Path) -> Place | None:
    """The order service, when it listens elsewhere than the tools were told."""
    place = read_place(data_dir)
    return place if place is not None and place.told != place.url else None


async def point_demo_tools(board: Switchboard) -> None:
    """Describes the tools once; later only the address changes, and whoever removed them is left in peace."""
    data_dir = board.settings.data_dir
    place = tools_to_point(data_dir)
    if place is None:
        return
    registry, listed = board.tools[ToolRegistry], json.loads((FOLDER / "tools.json").read_text("utf-8"))
    secrets = {"Authorization": f"Bearer {place.key}"}
    wanted = NewSource(SourceKind.HTTP, listed["source"], place.url, secrets=secrets, origin=ORIGIN)
    known = await find_source(registry, listed["source"])
    if known is not None:
        await change_source(registry, known.id, wanted, None)
    elif not place.told:
        source = await add_source(registry, wanted, None)
        specs = [ToolSpec.model_validate(spec) for spec in listed["tools"]]
        await add_tools(registry, source.id, specs, None, enabled=True)
    keep_place(data_dir, place.port, told=place.url)


async def remove_demo_tools(board: Switchboard) -> None:
    """Takes the order service and its tools away."""
    listed = json.loads((FOLDER / "tools.json").read_text("utf-8"))
    known = await find_source(board.tools[ToolRegistry], listed["source"])
    if known is not None and known.origin == ORIGIN:
        await remove_source(board.tools[ToolRegistry], known.id, None)
