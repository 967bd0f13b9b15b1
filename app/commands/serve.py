"""The web process of `kefu up`: prepares what must be so, then serves."""

import argparse
import gc

import uvicorn

from app.commands.prepare import SCHEMA_STAMP, prepare
from app.kernel.settings import load_settings

DRAIN_S = 5


def serve(arguments: list[str] | None = None) -> None:
    """Runs one web process; Kefu's own supervisor starts it, so the options are for that alone."""
    parser = argparse.ArgumentParser(prog="serve")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--own-database", action="store_true")
    options = parser.parse_args(arguments)
    gc.disable()  # nothing that is loaded is garbage; the application switches it on again
    settings = load_settings()
    stamp = settings.data_dir / SCHEMA_STAMP if options.own_database else None
    prepare(settings, demo=options.demo, schema_stamp=stamp)
    uvicorn.run(
        "app.main:serve_app",
        factory=True,
        host=options.host,
        port=options.port,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=DRAIN_S,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies or "127.0.0.1",
    )


if __name__ == "__main__":
    serve()
