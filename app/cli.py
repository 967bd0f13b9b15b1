"""The `kefu` command: only registers the verbs of app/commands."""

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Kefu, customer service that learns.")


@app.callback()
def kefu() -> None:
    """Kefu, customer service that learns."""


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
