"""Staff sign in with a password, are locked out after ten wrong ones, and every change leaves a line."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts import AccountTools, Role, create_api_key, create_staff, find_principal, sign_in
from app.accounts.errors import EmailTaken, SignInBad, SignInLocked, WeakPassword
from app.accounts.keys.service import revoke_api_key
from app.accounts.service import hashing, sign_out
from app.kernel.database import Database

PASSWORD = "correct horse battery"
OF_THE_PRODUCT = hashing  # read before the tests' cheap one takes its place


@pytest.fixture
def tools(database: Database) -> AccountTools:
    return AccountTools(database)


async def test_a_right_password_opens_a_session_that_signing_out_ends(tools: AccountTools) -> None:
    await create_staff(tools, "Lin@Example.com", "林晓", Role.AGENT, PASSWORD)
    opened = await sign_in(tools, " lin@example.com ", PASSWORD, "127.0.0.1")
    principal = await find_principal(tools, cookie=opened.token, bearer=None)
    assert principal is not None and principal.name == "林晓" and principal.csrf_token == opened.csrf_token
    await sign_out(tools, opened.token)
    assert await find_principal(tools, cookie=opened.token, bearer=None) is None


async def test_ten_wrong_passwords_lock_even_the_right_one(tools: AccountTools) -> None:
    await create_staff(tools, "a@example.com", "A", Role.AGENT, PASSWORD)
    for left in range(9, -1, -1):
        with pytest.raises(SignInBad) as caught:
            await sign_in(tools, "a@example.com", "wrong password", "127.0.0.1")
        assert caught.value.values == {"n": left}
    with pytest.raises(SignInLocked):
        await sign_in(tools, "a@example.com", PASSWORD, "127.0.0.1")


async def test_an_unknown_account_gets_the_same_answer(tools: AccountTools) -> None:
    with pytest.raises(SignInBad):
        await sign_in(tools, "nobody@example.com", PASSWORD, "127.0.0.1")


async def test_an_email_serves_one_account_and_a_short_password_is_refused(tools: AccountTools) -> None:
    await create_staff(tools, "a@example.com", "A", Role.AGENT, PASSWORD)
    with pytest.raises(EmailTaken):
        await create_staff(tools, "A@example.com", "B", Role.ADMIN, PASSWORD)
    with pytest.raises(WeakPassword):
        await create_staff(tools, "b@example.com", "B", Role.ADMIN, "short")


async def test_an_api_key_works_until_it_is_revoked(tools: AccountTools) -> None:
    key_id, key = await create_api_key(tools, Role.INTEGRATOR, "shop", None)
    principal = await find_principal(tools, cookie=None, bearer=key)
    assert principal is not None and principal.role is Role.INTEGRATOR and principal.csrf_token is None
    await revoke_api_key(tools, key_id, principal)
    assert await find_principal(tools, cookie=None, bearer=key) is None


async def test_the_audit_trail_cannot_be_rewritten(tools: AccountTools, database: Database) -> None:
    await create_api_key(tools, Role.INTEGRATOR, "shop", None)
    for statement in ("UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="only ever added"):
            async with database.transaction() as session:
                await session.execute(text(statement))


def test_a_password_is_kept_as_argon2id_of_64_mib_and_three_passes() -> None:
    assert OF_THE_PRODUCT.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
