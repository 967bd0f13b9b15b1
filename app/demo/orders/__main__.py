"""Starts the order service; `kefu up` does so together with the demo company."""

import argparse
from pathlib import Path

import uvicorn

from app.demo.orders.domain import read_place
from app.demo.orders.routes import create_orders
from app.kernel.settings import load_settings


def serve() -> None:
    """Runs until it is told to stop."""
    parser = argparse.ArgumentParser(prog="orders")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--kefu", required=True)
    options = parser.parse_args()
    place = read_place(options.folder)
    assert place is not None, "kept before this process is started"
    secret = load_settings().visitor_secret
    assert secret is not None, "given by `kefu up`"
    app = create_orders(options.folder, place, options.kefu, secret.get_secret_value())
    uvicorn.run(
        app, host="127.0.0.1", port=place.port, access_log=False, log_level="warning", timeout_graceful_shutdown=2
    )


if __name__ == "__main__":
    serve()
