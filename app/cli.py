"""The `kefu` command: one registration a verb; the verbs live in app/commands and are imported when called."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from app.commands.account_verbs import admin, api_key, audit, customer
from app.commands.evaluating import evaluation
from app.commands.telling import DataDir
from app.commands.telling import expected as _expected
from app.commands.telling import print_figures as _print_figures
from app.commands.telling import refuse as _refuse

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Kefu 客服")
bench = typer.Typer(no_args_is_help=True, help="Measure speed.")
demo = typer.Typer(no_args_is_help=True, help="The demo company.")
app.add_typer(admin, name="admin")
app.add_typer(audit, name="audit")
app.add_typer(customer, name="customer")
app.add_typer(demo, name="demo")
app.add_typer(api_key, name="api-key")
app.add_typer(evaluation, name="eval")
app.add_typer(bench, name="bench")


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


@demo.command("load")
def demo_load(data_dir: DataDir = None) -> None:
    """Load the demo company: documents, FAQs and staff accounts; print their sign-ins."""
    from app.commands.demo import load

    count, sign_ins = load(data_dir)
    typer.echo(f"Added {count.documents} documents, {count.faqs} FAQs and {count.accounts} accounts.")
    for email, password in sign_ins.items():
        typer.echo(f"  sign in    {email}  {password}")


@demo.command("remove")
def demo_remove(data_dir: DataDir = None) -> None:
    """Remove everything the demo company brought, at once and for good."""
    from app.commands.demo import remove

    count = remove(data_dir)
    typer.echo(f"Removed {count.documents} documents, {count.faqs} FAQs and {count.accounts} accounts.")


@app.command("ingest")
def ingest_paths(
    paths: Annotated[list[Path], typer.Argument(exists=True, help="Files and folders.")],
    data_dir: DataDir = None,
) -> None:
    """Take files and whole folders into the knowledge base; exit code 1 when any of them failed."""
    from app.commands.ingest import ingest

    if ingest(data_dir, paths, "en"):
        raise typer.Exit(1)


@app.command("ask")
def ask_question(
    text: Annotated[str, typer.Argument(help="The question, as a customer would write it.")],
    locale: Annotated[str | None, typer.Option(help="zh-CN or en, where the question itself does not tell.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Answer one question as a customer would be answered; exit code 1 when it fails."""
    from app.commands.ask import ask

    found = ask(data_dir, text, locale, lambda piece: typer.echo(piece, nl=False) if not as_json else None)
    if as_json:
        _print_figures(found, as_json)
    else:
        typer.echo("" if found["outcome"] != "failed" else found["text"])
        for one in found["citations"]:
            typer.echo(f"[{one['number']}] {' › '.join([one['title'], *one['heading_path']])}")
    if found["outcome"] == "failed":
        raise typer.Exit(1)


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


@app.command("plan-capacity")
def estimate_capacity(
    chats_per_day: Annotated[int, typer.Option(min=1)],
    busiest_hour_share: Annotated[float, typer.Option(min=0.04, max=1, help="Of a day's chats.")] = 0.15,
    chunks: Annotated[int, typer.Option(min=0, help="Passages in the knowledge base.")] = 100_000,
    dimensions: Annotated[int, typer.Option(min=1, help="Of the embedder.")] = 1024,
    cpu_ms_per_question: Annotated[float, typer.Option(min=0.1, help="As `kefu bench chat` prints it.")] = 20.0,
    model_share: Annotated[float, typer.Option(min=0, max=1, help="Questions a model answers.")] = 0.7,
    gpu_tokens_per_s: Annotated[float, typer.Option(min=1, help="Of one GPU with your model.")] = 1_500.0,
    data_dir: DataDir = None,
) -> None:
    """Estimate cores, memory and GPUs for a load, with every assumption shown."""
    from app.commands.plan_capacity import Load, report

    load = Load(
        chats_per_day,
        busiest_hour_share=busiest_hour_share,
        chunks=chunks,
        dimensions=dimensions,
        cpu_ms_per_question=cpu_ms_per_question,
        model_share=model_share,
        gpu_tokens_per_s=gpu_tokens_per_s,
    )
    typer.echo(report(load))


@app.command("train")
def fine_tune(
    dataset_only: Annotated[
        bool, typer.Option("--dataset-only", help="Build the next dataset version and stop.")
    ] = False,
    dataset: Annotated[UUID | None, typer.Option(help="Learn this dataset version instead of building one.")] = None,
    resume: Annotated[UUID | None, typer.Option(help="Go on with this run, which failed or was cancelled.")] = None,
    epochs: Annotated[float, typer.Option(min=0.01, max=1_000)] = 3,
    learning_rate: Annotated[float, typer.Option(min=1e-7, max=0.1)] = 2e-4,
    batch_size: Annotated[int, typer.Option(min=1, max=512)] = 4,
    rank: Annotated[int, typer.Option(min=1, max=256)] = 16,
    data_dir: DataDir = None,
) -> None:
    """Learn the accepted corrections and the FAQs: a LoRA adapter, resumed if it was cut off."""
    from app.commands.train import resume as go_on
    from app.commands.train import train
    from app.training import RunSettings

    if resume is not None:
        raise SystemExit(0 if go_on(data_dir, resume, typer.echo) else 1)
    settings = RunSettings(epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, rank=rank)
    if not train(data_dir, dataset_only, dataset, settings, typer.echo):
        raise SystemExit(1)


@app.command("serve-model", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def start_model_server(
    context: typer.Context,
    model: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder with config.json and weights.")],
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8100,
    name: Annotated[str | None, typer.Option(help="What the model is called; its folder's name unless given.")] = None,
    adapters: Annotated[bool, typer.Option("--adapters/--no-adapters", help="Serve its registered adapters.")] = True,
    data_dir: DataDir = None,
) -> None:
    """Serve a model with vLLM, on GPUs where there are any; further options go to vLLM as they are."""
    from app.adapters.vllm_server import NotAModel
    from app.commands.serve_model import NoVllm, serve_model

    try:
        serve_model(
            data_dir,
            model,
            host=host,
            port=port,
            name=name,
            with_adapters=adapters,
            extra=context.args,
            say=typer.echo,
        )
    except (NoVllm, NotAModel) as refusal:
        _refuse(str(refusal))


@app.command("reembed")
def reembed(
    kind: Annotated[str | None, typer.Option(help="hashed or openai; what the settings ask for unless given.")] = None,
    model: Annotated[str | None, typer.Option(help="A model at KEFU_EMBED_URL.")] = None,
    then_switch: Annotated[bool, typer.Option("--switch", help="Switch search to it if the gate is open.")] = False,
    override: Annotated[str | None, typer.Option(help="With --switch: why to switch against the gate.")] = None,
    go_on: Annotated[bool, typer.Option("--resume", help="Go on with the run that stands still.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Fill a new or refitted embedder over all knowledge, ready to compare; search goes on meanwhile."""
    from app.commands.reembed import reembed_now

    found = reembed_now(data_dir, kind, model, then_switch=then_switch, override=override, go_on=go_on)
    _print_figures(found, False)


@bench.command("reembed")
def bench_reembed(
    chunks: Annotated[int, typer.Option(min=1_000, help="Made-up passages in a scratch base.")] = 100_000,
    workers: Annotated[str, typer.Option(help="Numbers of worker processes, with commas between.")] = "1,2",
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Measure re-embedding: rows a second by number of workers, and searches before and meanwhile."""
    from app.commands.bench_reembed import bench_reembed as measure

    for figures in measure(data_dir, chunks, [int(number) for number in workers.split(",")]):
        _print_figures(figures, as_json)


@bench.command("chat")
def measure_chat(
    customers: Annotated[str, typer.Option(help="Numbers of customers at once, with commas between.")] = "1,10,50,100",
    seconds: Annotated[float, typer.Option(min=1, help="How long each window is measured.")] = 5.0,
    rounds: Annotated[int, typer.Option(min=1, help="How often the three targets take turns.")] = 2,
    cached: Annotated[
        bool, typer.Option("--cached", help="With the answer cache, and it alone in one process.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure chats against a scripted model: direct, through a minimal proxy, and through all of Kefu."""
    import orjson

    from app.commands import bench_cache
    from app.commands import bench_chat as measure

    if cached:
        _print_figures(bench_cache.measure(seconds), as_json)
    for rows in measure.bench(
        [int(number) for number in customers.split(",") if number], seconds, rounds, cached=cached
    ):
        typer.echo(orjson.dumps(measure.as_dicts(rows)).decode() if as_json else measure.table(rows) + "\n")


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


if __name__ == "__main__":
    main()
