"""The demo company's order service beside `kefu up`: where it listens, and what lets Kefu call it."""

import contextlib
import json
import signal
import socket
import sys
from pathlib import Path

from pydantic import SecretStr

from app.commands.processes import Part
from app.demo.orders import Place, keep_place, read_place
from app.kernel.settings import Settings

SIGN_INS = "demo-sign-ins.json"


def demo_shop(data_dir: Path) -> Place | None:
    """Where the demo company's order service is to listen: where it did before, if that port is free."""
    if demo_is_removed(data_dir):
        return None
    known = read_place(data_dir)
    for wanted in (known.port if known else 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", wanted))
                return keep_place(data_dir, int(probe.getsockname()[1]))
    return None


def demo_is_removed(data_dir: Path) -> bool:
    """Whether somebody took the demo company away for good."""
    try:
        kept = json.loads((data_dir / SIGN_INS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return bool(kept.get("settled")) and not kept.get("sign_ins")


def with_shop(settings: Settings, shop: Place) -> Settings:
    """The order service may be called, and may vouch for its customers unless somebody else does already."""
    hosts = ",".join(filter(None, (settings.tool_hosts, f"127.0.0.1:{shop.port}")))
    secret = settings.visitor_secret or SecretStr(shop.visitor_secret)
    return settings.model_copy(update={"tool_hosts": hosts, "visitor_secret": secret})


def shop_part(data_dir: Path, url: str) -> Part:
    """The order service as a child process."""
    command = [sys.executable, "-m", "app.demo.orders", "--folder", str(data_dir), "--kefu", url]
    return Part("orders", command, [(0, signal.SIGTERM), (3, signal.SIGKILL)])
