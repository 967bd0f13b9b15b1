"""A small real OpenID Connect provider on this machine: discovery, keys that rotate, PKCE, and answers that lie."""

import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "kefu", "a client secret"
Claims = dict[str, Any]
Person = Claims
ZHOU: Person = {"sub": "u-1", "email": "Zhou@corp.example", "email_verified": True, "name": "周宁"}


def _part(said: dict[str, Any] | bytes) -> str:
    raw = said if isinstance(said, bytes) else orjson.dumps(said)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(claims: Claims) -> str:
    """A token whose header says that nobody signed it."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


class OpenIdProvider:
    """`person` is signed in there. `twist` changes the claims of the next tokens, `sign` makes the whole token."""

    def __init__(self) -> None:
        self.url = ""
        self.person: Person = dict(ZHOU)
        self.twist: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = self.signed
        self.refuses = ""
        self.down = False
        self.codes: dict[str, dict[str, str]] = {}
        self.keys_asked = 0
        self.rotate()

    def rotate(self) -> None:
        """Another key under another name; the one before is forgotten."""
        self.key = RSAKey.generate_key(2048, {"kid": f"key-{time.monotonic_ns()}", "use": "sig"})

    def signed(self, claims: Claims) -> str:
        """The token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def signed_by_a_stranger(self, claims: Claims) -> str:
        """The right name on the wrong key."""
        stranger = RSAKey.generate_key(2048, {"kid": self.key.kid})
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, stranger)

    def signed_with_the_public_key(self, claims: Claims) -> str:
        """The oldest trick: the key everybody can read, used as a shared secret."""
        said = f"{_part({'alg': 'HS256', 'kid': self.key.kid})}.{_part(claims)}"
        return f"{said}.{_part(hmac.digest(self.key.as_pem(private=False), said.encode(), 'sha256'))}"

    def signed_with_another_kind(self, claims: Claims) -> str:
        """A key nobody has published."""
        return jwt.encode({"alg": "ES256", "kid": "other"}, claims, ECKey.generate_key("P-256"))

    async def discovery(self, request: web.Request) -> web.Response:
        """GET /.well-known/openid-configuration."""
        if self.down:
            return web.Response(status=503)
        paths = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        endpoints = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in paths.items()}
        return web.json_response({"issuer": self.url, "jwks_uri": f"{self.url}/keys", **endpoints})

    async def keys(self, request: web.Request) -> web.Response:
        """GET /keys."""
        self.keys_asked += 1
        return web.json_response({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request: web.Request) -> web.Response:
        """GET /authorize: the person is signed in here already and sent straight back."""
        asked = dict(request.query)
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code") and "openid" in asked["scope"]
        assert asked["code_challenge_method"] == "S256"
        if self.refuses:
            back = {"error": self.refuses, "state": asked["state"]}
        else:
            back = {"code": f"code-{len(self.codes)}", "state": asked["state"]}
            self.codes[back["code"]] = asked
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(back)}")

    async def token(self, request: web.Request) -> web.Response:
        """POST /token: the code is good once, for who has its verifier and the client's secret."""
        form = await request.post()
        asked = self.codes.pop(str(form["code"]), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".replace(" ", "%20").encode()).decode()
        known = request.headers.get("Authorization", "").split() in (["Basic", basic], ["Basic", self._plain()])
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not known or asked is None or asked["code_challenge"] != challenge:
            return web.json_response({"error": "invalid_grant"}, status=400)
        assert asked["redirect_uri"] == form["redirect_uri"]
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.person}
        answer = {"access_token": "at", "token_type": "Bearer", "id_token": self.sign(self.twist(claims))}
        return web.json_response(answer)

    def _plain(self) -> str:
        return base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()

    async def userinfo(self, request: web.Request) -> web.Response:
        """GET /userinfo."""
        assert request.headers["Authorization"] == "Bearer at"
        return web.json_response(ZHOU)


@asynccontextmanager
async def openid_provider() -> AsyncIterator[OpenIdProvider]:
    """Serves it on a free port."""
    provider = OpenIdProvider()
    app = web.Application()
    app.add_routes(
        [
            web.get("/.well-known/openid-configuration", provider.discovery),
            web.get("/keys", provider.keys),
            web.get("/authorize", provider.authorize),
            web.post("/token", provider.token),
            web.get("/userinfo", provider.userinfo),
        ]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield provider
    finally:
        await runner.cleanup()
