"""`kefu up` starts everything, says what happens to it, and takes everything down with it."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from app.adapters.embedded import start_stores
from app.demo import demo_staff
from app.kernel.ids import new_id
from tests.commands.running import RunningKefu, is_alive, kefu, until

pytestmark = [pytest.mark.xdist_group("up"), pytest.mark.timeout(400)]
EVERYTHING = {"web", "worker", "beat", "postgres", "redis"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKefu]:
    running = RunningKefu(tmp_path_factory.mktemp("up") / "data")
    try:
        running.hear("Kefu is ready")
        running.hear("Stop with Ctrl-C")
        until(lambda: set(running.children()) == {*EVERYTHING, "orders"}, "every part")
        yield running
    finally:
        running.stop()


def test_the_printed_sign_in_opens_a_session(running: RunningKefu) -> None:
    printed = [line.split() for line in running.said if "sign in" in line]
    assert [email for _, _, email, _ in printed] == [person.email for person in demo_staff()]
    _, _, email, password = printed[0]
    answer = httpx.post(f"{running.url}/api/v1/session", json={"email": email, "password": password})
    assert (answer.status_code, answer.json()["user"]["role"]) == (200, "admin")
    secret = running.data_dir / "demo-sign-ins.json"
    assert secret.stat().st_mode & 0o077 == 0


def test_a_second_up_says_who_is_running_and_where(running: RunningKefu) -> None:
    second = kefu("up", "--data-dir", str(running.data_dir), "--port", "18999")
    assert second.returncode == 1
    assert str(running.process.pid) in second.stderr and running.url in second.stderr


def test_a_taken_port_is_named(running: RunningKefu, tmp_path: Path) -> None:
    other = kefu("up", "--data-dir", str(tmp_path), "--port", str(running.port))
    assert other.returncode == 1
    assert f"port {running.port}" in other.stderr and "--port" in other.stderr


def test_commands_work_beside_it_on_the_same_data(running: RunningKefu) -> None:
    made = kefu("api-key", "create", "--role", "agent", "--data-dir", str(running.data_dir))
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    assert running.get("/api/v1/jobs", Authorization=f"Bearer {key}").status_code == 200


def test_the_scheduler_and_the_worker_close_a_job_whose_workers_died_three_times(running: RunningKefu) -> None:
    job_id = new_id()
    with start_stores(running.data_dir) as stores:
        assert not stores.owned
        with psycopg.connect(stores.database_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(
                """INSERT INTO job (id, kind, queue, subject_id, state, done, total, unit, attempts, rings,
                   cancel_requested, due_at, created_at, updated_at) VALUES (%s, 'k', 'default', %s, 'running',
                   0, 0, '', 3, 0, false, now() - interval '1 second', now(), now())""",
                [job_id, new_id()],
            )

            def given_up() -> bool:
                row = connection.execute("SELECT state, error_code FROM job WHERE id = %s", [job_id]).fetchone()
                return row == ("failed", "job_gave_up")

            until(given_up, "the sweeper")


@pytest.mark.parametrize("name", ["web", "worker", "beat", "postgres", "redis"])
def test_a_part_that_dies_is_started_again_and_said_so(running: RunningKefu, name: str) -> None:
    before = running.children()[name]
    running.kill(name)
    spoken = {"postgres": "PostgreSQL", "redis": "Redis"}.get(name, name)
    running.hear(f"{spoken} ended with code -9; starting it again")
    until(lambda: running.children().get(name, before) != before, f"a new {name}")
    until(running.is_ready, "readiness")


def test_a_killed_one_takes_everything_down_and_the_next_one_goes_on_and_stops_within_ten_seconds(
    tmp_path: Path,
) -> None:
    first = RunningKefu(tmp_path, "--no-demo")
    first.hear("admin create")
    until(lambda: set(first.children()) == EVERYTHING, "every part")
    secret, pids = (tmp_path / "secret").read_bytes(), list(first.children().values())
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL

    second = RunningKefu(tmp_path, "--no-demo")
    second.hear("Kefu is ready")
    until(lambda: not [pid for pid in pids if is_alive(pid)], "the end of what the killed one left")
    assert (tmp_path / "secret").read_bytes() == secret
    until(lambda: set(second.children()) == EVERYTHING, "every part")
    pids, begun = list(second.children().values()), time.monotonic()
    assert second.stop(signal.SIGINT) == 0
    assert time.monotonic() - begun < 10
    assert not [pid for pid in pids if is_alive(pid)]
