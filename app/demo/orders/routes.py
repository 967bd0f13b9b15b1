"""The order service over HTTP, with its OpenAPI document: what a company's own system looks like to Kefu's tools."""

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from string import Template
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Header, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from app.demo.orders.domain import SHOPPERS, Order, Place, delivery_of, demo_orders
from app.demo.orders.returns import NotReturnable, Returns

SHOP_ZONE = timezone(timedelta(hours=8))
CLAIM_LASTS_S = 600
REASONS = ("changed_mind", "faulty", "wrong_item", "other")
Customer = Annotated[str, Header(alias="X-Customer-Id", description="The signed-in customer's id.", max_length=100)]


class ReturnRequest(BaseModel):
    """Goods to be sent back."""

    model_config = ConfigDict(extra="forbid")

    order_number: str = Field(pattern=r"^ND\d{10}$", description="The order number, such as ND2611200001.")
    reason: Literal["changed_mind", "faulty", "wrong_item", "other"] = Field(description="Why it is sent back.")
    note: str = Field("", max_length=500, description="Anything else worth knowing.")


def create_orders(folder: Path, place: Place, kefu_url: str, visitor_secret: str) -> FastAPI:
    """The service of one demo shop; without the key nobody learns anything but the shop's front page."""
    app = FastAPI(
        title="Nebula Digital orders",
        version="1.0.0",
        description="Orders, deliveries and returns of the demo shop. Every call names the signed-in customer.",
        servers=[{"url": place.url}],
        docs_url=None,
        redoc_url=None,
    )
    open_paths = ("/", "/favicon.ico", "/openapi.json", "/healthz", *(f"/chat/{one.id}" for one in SHOPPERS))

    @app.middleware("http")
    async def keyed(request: Request, call_next: Any) -> Response:
        given = request.headers.get("authorization", "").encode()
        if request.url.path not in open_paths and not hmac.compare_digest(given, f"Bearer {place.key}".encode()):
            return problem(401, "unauthenticated")
        answered: Response = await call_next(request)
        return answered

    _open_shop(app, kefu_url, visitor_secret)
    _show_orders(app)
    _take_returns(app, Returns(folder))
    return app


def _now() -> datetime:
    return datetime.now(UTC).astimezone(SHOP_ZONE)


def _order_of(customer: str, number: str) -> Order | None:
    order = demo_orders(_now().date()).get(number)
    return order if order is not None and order.customer_id == customer else None


def _open_shop(app: FastAPI, kefu_url: str, visitor_secret: str) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/", include_in_schema=False)
    async def front() -> HTMLResponse:
        return HTMLResponse(_front(_now(), kefu_url))

    @app.get("/chat/{customer_id}", include_in_schema=False)
    async def chat(customer_id: str) -> Response:
        shopper = next((one for one in SHOPPERS if one.id == customer_id), None)
        if shopper is None:
            return problem(404, "customer_not_found")
        claim = visitor_claim(visitor_secret, shopper.id, shopper.name_zh)
        return RedirectResponse(f"{kefu_url}/#visitor={claim}", status_code=303)


def _show_orders(app: FastAPI) -> None:
    @app.get("/orders", operation_id="list_orders", summary="The customer's orders, newest first")
    async def list_orders(x_customer_id: Customer) -> Any:
        today = _now().date()
        found = [o for o in demo_orders(today).values() if o.customer_id == x_customer_id]
        return {"orders": [o.as_json(today) for o in sorted(found, key=lambda o: o.days_ago)]}

    @app.get("/orders/{order_number}", operation_id="get_order", summary="One order of the customer")
    async def get_order(order_number: str, x_customer_id: Customer) -> Any:
        order = _order_of(x_customer_id, order_number)
        return order.as_json(_now().date()) if order else problem(404, "order_not_found")

    @app.get("/orders/{order_number}/delivery", operation_id="track_delivery", summary="Where the parcel is")
    async def track_delivery(order_number: str, x_customer_id: Customer) -> Any:
        order = _order_of(x_customer_id, order_number)
        return delivery_of(order, _now()) if order else problem(404, "order_not_found")


def _take_returns(app: FastAPI, returns: Returns) -> None:
    @app.post("/returns", operation_id="request_return", summary="Asks to send an order back", status_code=201)
    async def request_return(
        form: ReturnRequest,
        x_customer_id: Customer,
        idempotency_key: Annotated[str, Header(description="The same key again makes no second request.")] = "",
    ) -> Any:
        order = _order_of(x_customer_id, form.order_number)
        if order is None:
            return problem(404, "order_not_found")
        try:
            made = returns.ask(order, form.reason, form.note, idempotency_key, _now().date())
        except NotReturnable as refusal:
            return problem(409, str(refusal))
        return made.as_json()

    @app.get("/returns", operation_id="list_returns", summary="The customer's return requests")
    async def list_returns(x_customer_id: Customer) -> Any:
        return {"returns": [one.as_json() for one in returns.of(x_customer_id)]}


def problem(status: int, code: str) -> Response:
    """An error as this service tells it."""
    return JSONResponse({"code": code, "status": status}, status, media_type="application/problem+json")


def visitor_claim(secret: str, user_id: str, name: str) -> str:
    """Who the customer is, signed for Kefu as its README describes: base64url of JSON, good once and for minutes."""
    expires, nonce = int(time.time()) + CLAIM_LASTS_S, secrets.token_urlsafe(12)
    signed = "\n".join((user_id, name, str(expires), nonce))
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    claim = {"user_id": user_id, "name": name, "expires": expires, "nonce": nonce, "signature": signature}
    return base64.urlsafe_b64encode(json.dumps(claim).encode()).decode().rstrip("=")


def _front(now: datetime, kefu_url: str) -> str:
    """The shop's front page: who one can be, what they ordered, and the way to the chat."""
    orders = demo_orders(now.date()).values()
    cards = ""
    for shopper in SHOPPERS:
        rows = "".join(
            f"<tr><td>{o.number}</td><td>{html.escape('、'.join(i.name for i in o.items))}</td><td>{o.status}</td></tr>"
            for o in orders
            if o.customer_id == shopper.id
        )
        cards += (
            f"<section><h2>{shopper.name_zh} · {shopper.name_en}</h2><table>{rows}</table>"
            f'<a href="/chat/{shopper.id}">以此身份联系客服 · Chat as {shopper.name_en}</a></section>'
        )
    return Template((Path(__file__).with_name("shop.html")).read_text("utf-8")).substitute(cards=cards, kefu=kefu_url)
