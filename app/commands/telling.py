"""What the command line says: figures, and the one sentence of an expected failure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder of everything Kefu stores; KEFU_DATA_DIR or ./.kefu unless given."),
]


def expected(error: Exception) -> str | None:
    """What to say about a failure that is no mistake of ours. Imports late, to keep `kefu up` small."""
    from pydantic import ValidationError

    from app.adapters.embedded import StoreUnavailable
    from app.commands.backup import BackupFailed
    from app.kernel.errors import AppError
    from app.kernel.settings import UnknownSetting

    if isinstance(error, AppError):
        return error.sentence("en")
    if isinstance(error, StoreUnavailable | UnknownSetting | BackupFailed):
        return str(error)
    if isinstance(error, ValidationError):
        return "; ".join(f"KEFU_{'_'.join(map(str, found['loc'])).upper()}: {found['msg']}" for found in error.errors())
    return None


def print_figures(figures: Mapping[str, object], as_json: bool) -> None:
    """One figure a line, or all as one JSON object."""
    import orjson

    if as_json:
        typer.echo(orjson.dumps(dict(figures)).decode())
    else:
        typer.echo("\n".join(f"{name:>24}  {value}" for name, value in figures.items()))


def refuse(sentence: str) -> NoReturn:
    """One sentence on the error stream, and exit code 1."""
    typer.echo(sentence, err=True)
    raise SystemExit(1)


def change(value: Any, before: Any) -> str:
    """What a figure has gained or lost since the last run; nothing where that makes no sense."""
    if not isinstance(value, int | float) or not isinstance(before, int | float) or value == before:
        return ""
    return f"  ({value - before:+.4g})"
