"""The verbs `kefu admin …`, `kefu api-key …`, `kefu audit …` and `kefu customer …`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

import typer

from app.commands.telling import DataDir, print_figures, refuse

if TYPE_CHECKING:
    from app.training.customers.domain import Wanted

admin = typer.Typer(no_args_is_help=True, help="Staff accounts.")
api_key = typer.Typer(no_args_is_help=True, help="Keys for programs.")
audit = typer.Typer(no_args_is_help=True, help="The audit trail.")
customer = typer.Typer(no_args_is_help=True, help="What is kept of one customer.")
UserId = Annotated[str | None, typer.Option("--user-id", help="The company's own id of the customer.")]
ConversationId = Annotated[
    UUID | None, typer.Option("--conversation-id", help="Or a conversation: its customer, if known.")
]
RoleName = Literal["admin", "supervisor", "agent", "integrator"]


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


@admin.command("clear-second-factor")
def admin_clear_second_factor(email: Annotated[str, typer.Option()], data_dir: DataDir = None) -> None:
    """Take two-step sign-in off an account that is locked out; its sessions end."""
    from app.commands.accounts import clear_second_factor

    if not clear_second_factor(data_dir, email):
        refuse(f"{email} has no second factor")


@api_key.command("create")
def api_key_create(
    role: Annotated[RoleName, typer.Option()] = "integrator",
    name: Annotated[str, typer.Option()] = "command line",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="A part of what the role may: knowledge:passage:search; repeatable."),
    ] = None,
    expires: Annotated[str | None, typer.Option(help="When it ends: 90d, 12h, or a date such as 2027-01-31.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Create an API key and print it alone; it is shown only this once."""
    from app.commands.accounts import create_key, expiry, scopes_of

    try:
        scopes, expires_at = scopes_of(scope), expiry(expires)
    except ValueError as error:
        refuse(str(error))
    typer.echo(create_key(data_dir, role, name, scopes, expires_at))


@customer.command("export")
def customer_export(
    target: Annotated[Path, typer.Argument(help="The zip to write, such as customer.zip.")],
    user_id: UserId = None,
    conversation_id: ConversationId = None,
    data_dir: DataDir = None,
) -> None:
    """Write everything kept of a customer into a zip of JSON files."""
    from app.commands.customer_data import export

    export(data_dir, _wanted(user_id, conversation_id), target)
    typer.echo(f"{target}: {target.stat().st_size / 1e3:.1f} kB. Hand it to nobody but the customer.")


@customer.command("erase")
def customer_erase(
    user_id: UserId = None,
    conversation_id: ConversationId = None,
    reason: Annotated[str, typer.Option(help="Why; it stays in the audit trail.")] = "asked for by the customer",
    sure: Annotated[bool, typer.Option("--yes", prompt="Erase everything kept of this customer, for good?")] = False,
    data_dir: DataDir = None,
) -> None:
    """Erase a customer: conversations, memory, tool calls, what was learnt; safe to run again."""
    from app.commands.customer_data import erase

    wanted = _wanted(user_id, conversation_id)
    if not sure:
        refuse("Nothing was erased.")
    report = erase(data_dir, wanted, reason)
    if isinstance(report, str):
        refuse(f"It was not done ({report}); do it again.")
    print_figures(vars(report), False)


def _wanted(user_id: str | None, conversation_id: UUID | None) -> "Wanted":
    from app.training.customers.domain import Wanted

    if (user_id is None) == (conversation_id is None):
        refuse("Give --user-id or --conversation-id.")
    return Wanted(user_id, conversation_id)


@audit.command("verify")
def audit_verify(data_dir: DataDir = None) -> None:
    """Check the whole chain of the audit trail; exit code 1 when an entry was changed or taken out."""
    from app.commands.accounts import verify_audit

    found = verify_audit(data_dir)
    if not found.holds:
        refuse(f"The chain breaks at link {found.broken_at} (entry {found.entry_id}): changed or taken out.")
    typer.echo(f"The chain holds over {found.entries} entries.")
