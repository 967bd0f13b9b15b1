"""The `kefu` command: one registration a verb; the verbs live in app/commands and are imported when called."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Kefu 客服")
admin = typer.Typer(no_args_is_help=True, help="Staff accounts.")
api_key = typer.Typer(no_args_is_help=True, help="Keys for programs.")
bench = typer.Typer(no_args_is_help=True, help="Measure speed.")
evaluation = typer.Typer(no_args_is_help=True, help="Measure quality on labelled questions.")
app.add_typer(admin, name="admin")
app.add_typer(api_key, name="api-key")
app.add_typer(evaluation, name="eval")
app.add_typer(bench, name="bench")

RoleName = Literal["admin", "supervisor", "agent", "integrator"]
DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Folder of everything Kefu stores; KEFU_DATA_DIR or ./.kefu unless given."),
]


@app.command("up")
def start_everything(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    demo: Annotated[bool, typer.Option("--demo/--no-demo", help="Load the demo company on the first start.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Run everything: stores, web, worker and scheduler, until Ctrl-C."""
    from app.commands.up import CannotStart, up

    try:
        raise SystemExit(up(data_dir, host, port, demo, typer.echo))
    except CannotStart as error:
        _refuse(str(error))


@admin.command("create")
def admin_create(
    email: Annotated[str, typer.Option()],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    name: Annotated[str, typer.Option()] = "",
    role: Annotated[RoleName, typer.Option()] = "admin",
    data_dir: DataDir = None,
) -> None:
    """Create a staff account."""
    from app.commands.accounts import create_account

    typer.echo(create_account(data_dir, email, password, role, name or email.split("@")[0]))


@api_key.command("create")
def api_key_create(
    role: Annotated[RoleName, typer.Option()] = "integrator",
    name: Annotated[str, typer.Option()] = "command line",
    data_dir: DataDir = None,
) -> None:
    """Create an API key and print it alone; it is shown only this once."""
    from app.commands.accounts import create_key

    typer.echo(create_key(data_dir, role, name))


@evaluation.command("retrieval")
def eval_retrieval(
    corpus: Annotated[Path, typer.Option(help="JSON lines {id, title, text, question?}.")],
    queries: Annotated[Path, typer.Option(help="JSON lines {qid, query, answerable}.")],
    qrels: Annotated[Path, typer.Option(help="JSON lines {qid, doc_id, rel}.")],
    faq: Annotated[bool, typer.Option("--faq", help="Import the corpus as FAQs, with its questions.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Measure search on a labelled set, in a scratch base that is dropped afterwards."""
    from app.commands.eval_retrieval import evaluate

    _print_figures(evaluate(data_dir, corpus, queries, qrels, faq), as_json)


@app.command("backup")
def make_backup(
    target: Annotated[Path, typer.Argument(help="The archive to write, such as kefu.tar.")],
    data_dir: DataDir = None,
) -> None:
    """Write database, uploaded files and secrets into one archive; Kefu may run on."""
    from app.commands.backup import backup

    manifest = backup(data_dir, target)
    typer.echo(f"{target}: {len(manifest['sha256'])} parts, {target.stat().st_size / 1e6:.1f} MB. Keep it private.")


@app.command("restore")
def restore_backup(
    source: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An archive made by `kefu backup`.")],
    data_dir: DataDir = None,
) -> None:
    """Fill an empty data dir from an archive."""
    from app.commands.backup import restore

    manifest = restore(data_dir, source)
    typer.echo(f"Restored what was saved at {manifest['made_at']}.")


@bench.command("search")
def bench_search(
    sizes: Annotated[list[int], typer.Option("--chunks", min=100, help="Sizes of the base, one after the other.")] = [  # noqa: B006  # typer copies it
        10_000,
        100_000,
    ],
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Measure search and ingestion on made-up passages in a scratch base that is dropped afterwards."""
    from app.commands.bench_search import bench_search as measure

    for figures in measure(data_dir, sizes):
        _print_figures(figures, as_json)


@app.command("migrate")
def migrate_database(data_dir: DataDir = None) -> None:
    """Bring the database to the newest schema."""
    from app.commands.migrate import migrate
    from app.commands.workplace import workplace

    with workplace(data_dir) as settings:
        assert settings.database_url is not None
        migrate(settings.database_url)
    typer.echo("The database is at the newest schema.")


def main() -> None:
    """Runs the command line; an expected failure is one sentence and exit code 1, never a traceback."""
    try:
        app()
    except Exception as error:
        sentence = _expected(error)
        if sentence is None:
            raise
        _refuse(sentence)


def _expected(error: Exception) -> str | None:
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


def _print_figures(figures: Mapping[str, object], as_json: bool) -> None:
    import orjson

    if as_json:
        typer.echo(orjson.dumps(dict(figures)).decode())
    else:
        typer.echo("\n".join(f"{name:>24}  {value}" for name, value in figures.items()))


def _refuse(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
