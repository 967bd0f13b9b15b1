"""Reading other servers: only addresses that passed are connected to, and no answer can hurt."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult

from app.adapters.web import AddressRules, Refused, SafeWeb
from app.knowledge.feeds import FetchFailed, Reply, Wanted
from tests.fakes.website import Website, serve_raw, serve_website

LIMIT = 200_000


def anything(_url: str, _type: str) -> bool:
    return True


@pytest.fixture
async def site() -> AsyncIterator[Website]:
    async with serve_website() as website:
        yield website


@asynccontextmanager
async def reading(port: int, allow: str = "127.0.0.0/8", names: dict[str, str] | None = None, time_s: float = 5):
    """The adapter with these rules; names resolve as told."""
    looked_up: list[str] = []

    async def lookup(host: str, port: int, _family: socket.AddressFamily) -> list[ResolveResult]:
        looked_up.append(host)
        addresses = (names or {}).get(host, "").split()
        return [
            {"hostname": host, "host": found, "port": port, "proto": 0, "flags": 0,
             "family": socket.AF_INET6 if ":" in found else socket.AF_INET}
            for found in addresses
        ]  # fmt: skip

    safe = SafeWeb(AddressRules(allow, f"80,443,{port}"), "KefuBot/1.0", time_s=time_s, lookup=lookup)
    try:
        yield safe
    finally:
        await safe.close()


async def get(safe: SafeWeb, url: str, limit: int = LIMIT) -> Reply:
    return await safe.get(Wanted(url, limit, anything))


async def code_of(safe: SafeWeb, url: str) -> str:
    with pytest.raises(FetchFailed) as failed:
        await get(safe, url)
    return failed.value.code


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "169.254.1.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.7", "224.0.0.1",
        "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "100.100.100.200",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::10.0.0.1",
        "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "localhost", "", "1.2.3", "0x7f.1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        AddressRules().check(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"]
)
def test_a_public_address_passes(address: str) -> None:
    AddressRules().check(address)


def test_a_network_that_was_named_passes_and_its_neighbour_does_not() -> None:
    rules = AddressRules("10.20.0.0/16, fd00:1::/32")
    for address in ("10.20.3.4", "::ffff:10.20.3.4", "fd00:1::9"):
        rules.check(address)
    for address in ("10.21.0.1", "fd00:2::9", "127.0.0.1"):
        with pytest.raises(Refused):
            rules.check(address)


def test_not_even_a_network_of_everything_opens_the_credentials_of_a_cloud_machine() -> None:
    for address in ("169.254.169.254", "::ffff:169.254.169.254", "100.100.100.200", "0.0.0.0"):
        with pytest.raises(Refused):
            AddressRules("0.0.0.0/0,::/0").check(address)


async def test_a_page_is_read_without_cookies_or_credentials_and_under_our_own_name(site: Website) -> None:
    async def with_cookie(_: web.Request) -> web.Response:
        return web.Response(text="你好", headers={"Set-Cookie": "a=b; Path=/"}, content_type="text/plain")

    site.pages["/a"] = with_cookie
    async with reading(site.port) as safe:
        for _ in range(2):
            reply = await get(safe, site.url("/a"))
    assert (reply.status, reply.data.decode(), reply.media_type) == (200, "你好", "text/plain")
    assert {name for sent in site.headers for name in sent} <= {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    assert site.headers[0]["User-Agent"] == "KefuBot/1.0"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433", "0x7f000001", "127.1", "0",
             "localhost", "localhost.", "inside.example", "both.example", "017700000001", "①②⑦.⓪.⓪.①"]
)  # fmt: skip
async def test_nothing_private_is_ever_connected_to_however_it_is_written(site: Website, host: str) -> None:
    names = dict.fromkeys(("localhost", "localhost.", "inside.example", "0", "2130706433", "127.1"), "127.0.0.1")
    names |= {"0x7f000001": "127.0.0.1", "017700000001": "127.0.0.1", "both.example": "::1 10.0.0.1 169.254.169.254"}
    async with reading(site.port, allow="", names=names) as safe:
        code = await code_of(safe, f"http://{host}:{site.port}/")
    assert code in ("fetch_address_refused", "fetch_address_invalid")
    assert site.asked == []


async def test_a_name_that_changes_its_mind_is_caught_where_the_socket_is_made(site: Website) -> None:
    """DNS rebinding: even a resolver that lets a private address pass cannot make a connection to it."""
    site.pages["/"] = "secret"
    async with reading(site.port, allow="", names={"rebinding.example": "127.0.0.1"}) as safe:
        client = safe._client()
        unchecked = client.connector._resolver  # type: ignore[union-attr]  # what an attacker would have to get past
        unchecked._rules = AddressRules("0.0.0.0/0")  # type: ignore[attr-defined]
        assert await code_of(safe, f"http://rebinding.example:{site.port}/") == "fetch_address_refused"
    assert site.asked == []


async def test_of_several_addresses_only_the_allowed_ones_are_tried(site: Website) -> None:
    site.pages["/"] = "here"
    async with reading(site.port, names={"mixed.example": "10.0.0.1 169.254.169.254 127.0.0.1"}) as safe:
        assert (await get(safe, f"http://mixed.example:{site.port}/")).data == b"here"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://127.0.0.1/", "fetch_address_invalid"),
        ("file:///etc/passwd", "fetch_address_invalid"),
        ("gopher://127.0.0.1:70/", "fetch_address_invalid"),
        ("http://user:pass@127.0.0.1/", "fetch_address_invalid"),
        ("http:///nothing", "fetch_address_invalid"),
        ("http://[::1", "fetch_address_invalid"),
        ("http://127.0.0.1:22/", "fetch_port_refused"),
        ("http://127.0.0.1:6379/", "fetch_port_refused"),
        ("http://nobody.example/", "fetch_name_unknown"),
        ("http://127.0.0.1:1/" + "a" * 3000, "fetch_address_invalid"),
    ],
)
async def test_a_wrong_address_is_told_before_anything_is_sent(url: str, code: str) -> None:
    async with reading(8080) as safe:
        assert await code_of(safe, url) == code


async def test_a_redirect_is_given_back_and_never_followed(site: Website) -> None:
    async def away(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/latest/"}, body=b"x" * 10_000_000)

    site.pages["/"] = away
    async with reading(site.port) as safe:
        reply = await get(safe, site.url())
    assert (reply.status, reply.headers["location"], reply.data) == (302, "http://169.254.169.254/latest/", b"")


async def test_a_body_that_never_ends_is_cut_at_the_limit() -> None:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with serve_raw(speak) as (port, _), reading(port) as safe:
        assert await code_of(safe, f"http://127.0.0.1:{port}/") == "fetch_too_large"


async def test_a_server_that_drips_is_given_up() -> None:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with serve_raw(speak) as (port, _), reading(port, time_s=0.4) as safe:
        assert await code_of(safe, f"http://127.0.0.1:{port}/") == "fetch_timeout"


async def test_a_gzip_bomb_is_cut_while_it_unpacks(site: Website) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < LIMIT

    async def explode(_: web.Request) -> web.Response:
        return web.Response(body=bomb, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})

    async def fine(_: web.Request) -> web.Response:
        packed = gzip.compress("正文".encode())
        return web.Response(body=packed, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})

    async def cut(_: web.Request) -> web.Response:
        packed = gzip.compress(b"some words" * 50)[:-12]
        return web.Response(body=packed, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})

    async def odd(_: web.Request) -> web.Response:
        return web.Response(body=b"x", headers={"Content-Type": "text/html", "Content-Encoding": "br"})

    site.pages |= {"/bomb": explode, "/fine": fine, "/cut": cut, "/odd": odd}
    async with reading(site.port) as safe:
        assert await code_of(safe, site.url("/bomb")) == "fetch_too_large"
        assert (await get(safe, site.url("/fine"))).data.decode() == "正文"
        assert await code_of(safe, site.url("/cut")) == "fetch_broken"
        assert await code_of(safe, site.url("/odd")) == "fetch_broken"


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 50_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"\x00\x01\x02 not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"",
    ],
)
async def test_a_malformed_answer_is_told_as_broken(head: bytes) -> None:
    async def speak(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await writer.drain()

    async with serve_raw(speak) as (port, _), reading(port) as safe:
        assert await code_of(safe, f"http://127.0.0.1:{port}/") in ("fetch_broken", "fetch_unreachable")


async def test_a_type_nobody_wants_is_not_even_read(site: Website) -> None:
    site.pages["/a.txt"] = "x"
    async with reading(site.port) as safe:
        with pytest.raises(FetchFailed) as failed:
            await safe.get(Wanted(site.url("/a.txt"), LIMIT, lambda _url, media_type: media_type == "text/html"))
    assert (failed.value.code, failed.value.values) == ("fetch_type_refused", {"type": "text/plain"})


async def test_a_port_nobody_listens_on_is_told_as_unreachable() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with reading(port) as safe:
        assert await code_of(safe, f"http://127.0.0.1:{port}/") == "fetch_unreachable"
