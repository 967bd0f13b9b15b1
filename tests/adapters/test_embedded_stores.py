"""The embedded stores: who owns them, who joins, what a crash leaves, who may enter."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from app.adapters.embedded import Stores, StoreUnavailable, Wanted, start_stores
from app.adapters.embedded.child import processes_in

FAST = Wanted(tuning={"fsync": "off"})
OWNER = (
    "import sys; from pathlib import Path; from app.adapters.embedded import start_stores;"
    "s = start_stores(Path(sys.argv[1])); print(s.owned, flush=True); sys.stdin.read()"
)


@pytest.fixture(scope="module")
def own_stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Stores]]:
    data_dir = tmp_path_factory.mktemp("own") / "data"
    with start_stores(data_dir, FAST) as stores:
        yield data_dir, stores


def plain(url: str) -> str:
    return url.replace("+psycopg", "")


def test_both_stores_answer_at_the_addresses_given(own_stores: tuple[Path, Stores]) -> None:
    _, stores = own_stores
    with psycopg.connect(plain(stores.database_url)) as connection:
        connection.execute("create extension if not exists vector")
        row = connection.execute("select '[1,2]'::vector <-> '[1,3]', current_setting('server_version_num')").fetchone()
    assert row is not None and row[0] == 1 and int(row[1]) >= 180000
    with redis.Redis.from_url(stores.redis_url) as client:
        assert client.ping() is True


def test_a_second_user_joins_and_leaves_the_servers_running(own_stores: tuple[Path, Stores]) -> None:
    data_dir, stores = own_stores
    with start_stores(data_dir) as guest:
        assert not guest.owned
        assert guest.addresses == stores.addresses
    psycopg.connect(plain(stores.database_url)).close()


def test_a_wrong_password_is_refused_by_both(own_stores: tuple[Path, Stores]) -> None:
    _, stores = own_stores
    secret = stores.database_url.split(":")[2].split("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(plain(stores.database_url).replace(secret, "wrong"))
    stranger = redis.Redis.from_url(stores.redis_url.replace("://:", "://:wrong"))
    with stranger as client, pytest.raises(redis.exceptions.RedisError):
        client.ping()


def test_nobody_else_may_enter_and_no_port_is_open(own_stores: tuple[Path, Stores]) -> None:
    data_dir, stores = own_stores
    assert stores.postgres is not None and stores.redis is not None
    for private in (data_dir, stores.postgres.sockets, stores.postgres.data, stores.redis.home):
        assert stat.S_IMODE(private.stat().st_mode) == 0o700, private
    for secret in (stores.postgres.password_file, stores.redis.home / "redis.conf", data_dir / "stores.json"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600, secret
    with psycopg.connect(plain(stores.database_url)) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    for server in (stores.postgres, stores.redis):
        assert server.process is not None
        command_line = Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
        assert stores.redis.password.encode() not in command_line


def test_data_written_before_a_clean_stop_is_there_after_the_next_start(tmp_path: Path) -> None:
    with start_stores(tmp_path) as stores:
        with psycopg.connect(plain(stores.database_url)) as connection:
            connection.execute("create table kept as select 42 as n")
        with redis.Redis.from_url(stores.redis_url) as client:
            client.set("kept", "42")
    with start_stores(tmp_path) as stores:
        assert stores.owned
        with psycopg.connect(plain(stores.database_url)) as connection:
            assert connection.execute("select n from kept").fetchone() == (42,)
        with redis.Redis.from_url(stores.redis_url, decode_responses=True) as client:
            assert client.get("kept") == "42"


def test_servers_end_when_their_owner_is_killed_and_the_next_one_takes_over(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert owner.stdout is not None and owner.stdin is not None
    assert owner.stdout.readline() == b"True\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()
    owner.stdin.close()
    with start_stores(tmp_path, FAST) as stores:
        assert stores.owned
        psycopg.connect(plain(stores.database_url)).close()
    assert processes_in(tmp_path / "redis") == []


def test_a_killed_server_recovers_on_the_next_start(tmp_path: Path) -> None:
    with start_stores(tmp_path) as stores:
        with psycopg.connect(plain(stores.database_url)) as connection:
            connection.execute("create table kept as select 42 as n")
        assert stores.postgres is not None and stores.postgres.process is not None
        stores.postgres.process.send_signal(signal.SIGKILL)
        stores.postgres.process.wait()
        stores.postgres.start()
        with psycopg.connect(plain(stores.database_url)) as connection:
            assert connection.execute("select n from kept").fetchone() == (42,)


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no_such_setting"):
        start_stores(tmp_path, Wanted(tuning={"no_such_setting": "1"}))
    with start_stores(tmp_path, FAST) as stores:
        assert stores.owned


def test_a_socket_folder_of_someone_else_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1)
    with pytest.raises(StoreUnavailable, match="belongs to someone else"):
        start_stores(tmp_path, FAST)
