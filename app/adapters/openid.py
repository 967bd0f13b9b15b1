"""An OpenID Connect provider by Authlib: found by its discovery document, its keys fetched anew when they changed."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from app.accounts.single_sign_on.errors import SsoAnswerBad, SsoUnreachable
from app.kernel.logging import get_logger

log = get_logger(__name__)
if TYPE_CHECKING:
    from joserfc.jwk import KeySet

# Signatures with a key that the provider alone has; never `none`, never one that our own secret could make.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
DISCOVERY = "/.well-known/openid-configuration"
KEPT_S = 3_600.0
LEEWAY_S = 60
TIMEOUT_S = 10.0


@dataclass
class _Known:
    """What the provider said of itself, and when."""

    metadata: dict[str, Any] = field(default_factory=dict)
    keys: "KeySet | None" = None
    at: float = float("-inf")


async def _read(client: Any, address: str, *, withhold_token: bool = True) -> dict[str, Any]:
    answer = await client.request("GET", address, withhold_token=withhold_token)
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


class OpenIdProvider:
    """One provider and our registration with it."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, scopes: str):
        self.issuer = issuer
        self._client_id, self._client_secret, self._scopes = client_id, client_secret, scopes
        self._known = _Known()

    @asynccontextmanager
    async def _client(self, **more: Any) -> AsyncIterator[Any]:
        import httpx2
        from authlib.common.errors import AuthlibBaseError
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        secret = self._client_secret or None
        try:
            async with AsyncOAuth2Client(
                self._client_id,
                secret,
                scope=self._scopes,
                code_challenge_method="S256",
                timeout=TIMEOUT_S,
                trust_env=False,
                **more,
            ) as client:
                yield client
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("sso_unreachable", error=type(error).__name__)
            raise SsoUnreachable(retry_after_s=5) from error
        except AuthlibBaseError as error:  # such as invalid_grant: the code is used up, or was never ours
            raise SsoAnswerBad("code") from error

    async def _metadata(self) -> dict[str, Any]:
        if time.monotonic() - self._known.at > KEPT_S:
            async with self._client() as client:
                found = await _read(client, self.issuer.rstrip("/") + DISCOVERY)
                if found["issuer"] != self.issuer:
                    raise ValueError("another issuer")
                self._known = _Known(found, None, time.monotonic())
        return self._known.metadata

    async def _keys(self, *, anew: bool = False) -> "KeySet":
        from joserfc.jwk import KeySet

        metadata = await self._metadata()
        if self._known.keys is None or anew:
            async with self._client() as client:
                found: Any = await _read(client, metadata["jwks_uri"])
                self._known.keys = KeySet.import_key_set(found)
        return self._known.keys

    async def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser signs in. Raises SsoUnreachable."""
        metadata = await self._metadata()
        async with self._client(redirect_uri=back) as client:
            found: str
            found, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return found

    async def claims(self, code: str, back: str, nonce: str, verifier: str) -> dict[str, Any]:
        """What the provider says of whom it sent here, all of it checked. Raises SsoUnreachable, SsoAnswerBad."""
        metadata = await self._metadata()
        async with self._client(redirect_uri=back) as client:
            token = await client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
        claims = await self._proven(str(token.get("id_token") or ""))
        self._check(claims, nonce)
        if "email" not in claims and "userinfo_endpoint" in metadata:
            claims = await self._completed(claims, metadata["userinfo_endpoint"], token)
        return claims

    async def _proven(self, id_token: str) -> dict[str, Any]:
        """The claims, once the signature was checked; with keys fetched anew if those known do not fit."""
        from joserfc import jwt
        from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError

        fresh = self._known.keys is None
        keys = await self._keys()
        try:
            try:
                return jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
            except (InvalidKeyIdError, BadSignatureError):
                if fresh:
                    raise
                return jwt.decode(id_token, await self._keys(anew=True), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError) as error:
            raise SsoAnswerBad("signature") from error

    def _check(self, claims: dict[str, Any], nonce: str) -> None:
        now = time.time()
        times = [claims.get(name) for name in ("exp", "iat")]
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if claims.get("iss") != self.issuer:
            raise SsoAnswerBad("issuer")
        if self._client_id not in audiences or claims.get("azp", self._client_id) != self._client_id:
            raise SsoAnswerBad("audience")
        if len(audiences) > 1 and "azp" not in claims:
            raise SsoAnswerBad("audience")
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in times):
            raise SsoAnswerBad("form")
        if claims["exp"] < now - LEEWAY_S or claims["iat"] > now + LEEWAY_S:
            raise SsoAnswerBad("expired")
        if not compare_digest(str(claims.get("nonce") or "").encode(), nonce.encode()):
            raise SsoAnswerBad("nonce")
        if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
            raise SsoAnswerBad("form")

    async def _completed(self, claims: dict[str, Any], endpoint: str, token: dict[str, Any]) -> dict[str, Any]:
        """With what the userinfo address adds, if it speaks of the same person."""
        async with self._client(token=token) as client:
            more = await _read(client, endpoint, withhold_token=False)
            said = more["sub"]
        if said != claims["sub"]:
            raise SsoAnswerBad("form")
        return {**more, **claims}
