"""What stands behind the accounts room: authenticators, the company's identity provider, a box for secrets."""

from typing import Any

from app.accounts import AccountTools, Company, FactorTools, Role
from app.accounts.single_sign_on.service import SignOnRules, SignOnTools
from app.adapters.authenticator import Authenticator
from app.adapters.openid import OpenIdProvider
from app.adapters.secret_box import SecretBox
from app.kernel.database import Database
from app.kernel.settings import Settings, signing_secret


def account_tools(settings: Settings, database: Database, company: Company) -> dict[type, Any]:
    """The tools of staff accounts: passwords, second factors, the company's provider."""
    accounts = AccountTools(database, settings.session_hours, settings.secure_cookies)
    box = SecretBox(signing_secret(settings))
    return {
        AccountTools: accounts,
        SignOnTools: SignOnTools(accounts, _provider(settings), _sign_on_rules(settings), box),
        FactorTools: FactorTools(accounts, Authenticator(), box, company.name.read(settings.default_locale)),
    }


def _provider(settings: Settings) -> OpenIdProvider | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    return OpenIdProvider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_scopes)


def _sign_on_rules(settings: Settings) -> SignOnRules:
    pairs = (entry.strip().rpartition("=") for entry in settings.oidc_roles.split(",") if entry.strip())
    return SignOnRules(
        settings.oidc_name,
        frozenset(one.strip().lower() for one in settings.oidc_domains.split(",") if one.strip()),
        settings.oidc_role_claim,
        {claim: Role(role) for claim, _, role in pairs},
        settings.oidc_accounts == "create",
    )
