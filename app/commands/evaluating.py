"""`kefu eval …`: what measures quality, each a verb of its own module, imported when called."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.commands.telling import DataDir, change, print_figures

evaluation = typer.Typer(no_args_is_help=True, help="Measure quality on labelled questions.")


@evaluation.command("retrieval")
def eval_retrieval(
    corpus: Annotated[Path, typer.Option(help="JSON lines {id, title, text, question?}.")],
    queries: Annotated[Path, typer.Option(help="JSON lines {qid, query, answerable}.")],
    qrels: Annotated[Path, typer.Option(help="JSON lines {qid, doc_id, rel}.")],
    faq: Annotated[bool, typer.Option("--faq", help="Import the corpus as FAQs, with its questions.")] = False,
    channel: Annotated[Literal["fused", "lexical", "vector"], typer.Option(help="One alone, to compare.")] = "fused",
    split: Annotated[bool, typer.Option("--split", help="Cut the texts into passages as uploads are.")] = False,
    baseline: Annotated[Literal["bm25-bigram"] | None, typer.Option(help="Measure that instead of search.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Measure search on a labelled set, in a scratch base that is dropped afterwards."""
    from app.commands.eval_retrieval import evaluate

    plain = baseline is not None
    found = evaluate(data_dir, corpus, queries, qrels, faq, channel=channel, split=split, baseline=plain)
    print_figures(found, as_json)


@evaluation.command("regression")
def eval_regression(
    name: Annotated[str | None, typer.Option("--set", help="The set to ask; all of them unless given.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Ask the regression questions; exit code 1 when one fails that must not, or the gate does not pass."""
    from app.commands.eval_regression import UnknownSet, evaluate

    try:
        report = evaluate(data_dir, name)
    except UnknownSet:
        typer.echo(f"there is no set called {name}", err=True)
        raise SystemExit(1) from None
    if as_json:
        print_figures(report.as_dict(), as_json)
    else:
        typer.echo("\n".join(report.lines()))
    if not report.passes:
        raise typer.Exit(1)


@evaluation.command("answers")
def eval_answers(
    questions: Annotated[Path, typer.Option(help="JSON lines {qid, question, answerable, documents, must_contain}.")],
    faqs: Annotated[Path | None, typer.Option(help="JSON lines {id, questions}: names FAQs the labels mean.")] = None,
    corpus: Annotated[Path | None, typer.Option(help="JSON lines {id, title, text}: ask a scratch base of it.")] = None,
    name: Annotated[str | None, typer.Option(help="Keep the run under this name; the file's unless given.")] = None,
    wrong: Annotated[bool, typer.Option("--problems", help="Also list every answer that is not right.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Measure whole answers to labelled questions, keep the run and compare it with the last of its name."""
    from app.commands.eval_answers import evaluate, problems

    report = evaluate(data_dir, questions, faqs, corpus, name)
    if wrong:
        typer.echo("\n".join(problems(report.rows)), err=as_json)
    for group, part in {"": report.figures if as_json else report.compared, **report.groups}.items():
        if group:
            typer.echo(f"\n{group}", err=as_json)
        print_figures(part, as_json)


@evaluation.command("intents")
def eval_intents(
    file: Annotated[
        Path | None, typer.Option(help="JSON lines {text, intent, split?}; own intents unless given.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Which phrases are held out.")] = 0,
    held_out: Annotated[float, typer.Option(min=0.05, max=0.9, help="Share of the phrases to test with.")] = 0.25,
    name: Annotated[str | None, typer.Option(help="Keep the run under this name.")] = None,
    confused: Annotated[int, typer.Option(min=0, help="How many confused pairs to list.")] = 10,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Measure how well intents are told apart, keep the run and compare it with the last of its name."""
    from app.commands.eval_intents import evaluate

    report = evaluate(data_dir, file, seed, held_out, name)
    figures = report.run.figures or {}
    before = (report.before.figures if report.before else None) or {}
    told = {key: f"{value}{change(value, before.get(key))}" for key, value in figures.items()}
    print_figures({**(figures if as_json else told), **report.measured.settings}, as_json)
    typer.echo("\n".join(report.lines(confused)), err=as_json)


@evaluation.command("safety")
def eval_safety(
    data: Annotated[Path, typer.Option(help="Folder of attacks.jsonl, benign.jsonl and injection contexts.")],
    limit: Annotated[int, typer.Option(min=1, help="At most so many messages of each kind.")] = 10_000,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    data_dir: DataDir = None,
) -> None:
    """Attack the whole pipeline, quoting and with a scripted model that obeys every attack; keep the run."""
    from app.commands.eval_safety import evaluate

    report = evaluate(data_dir, data, limit)
    for group, part in report.items():
        typer.echo(f"\n{group}", err=as_json)
        print_figures(part, as_json)
