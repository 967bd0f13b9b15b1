"""`kefu up`: one supervisor for the stores, the web process, the worker and the scheduler of a data dir."""

import fcntl
import http.client
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.adapters.celery_settings import QUEUES
from app.adapters.embedded import Stores, Wanted, start_stores
from app.commands.demo_shop import demo_shop, shop_part, with_shop
from app.commands.processes import Household, Part, RunningPart, Say
from app.commands.wake import Wake
from app.demo.orders import Place
from app.kernel.settings import PROJECT_ROOT, Settings, environment, load_settings

SIGN_INS = "demo-sign-ins.json"
TRIES_BEFORE_READY = 3


class CannotStart(RuntimeError):
    """Kefu cannot run here and now; the text says why."""


def up(data_dir: Path | None, host: str, port: int, demo: bool, say: Say) -> int:
    """Runs Kefu until it is asked to stop; gives the exit code. Raises CannotStart, StoreUnavailable."""
    settings = load_settings() if data_dir is None else load_settings(data_dir=data_dir)
    settings = settings.model_copy(update={"data_dir": settings.data_dir.absolute()})
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = f"http://{'localhost' if host in ('0.0.0.0', '::') else host}:{port}"  # noqa: S104  # compared, not bound
    with _alone(settings.data_dir, url), Wake() as wake:
        _check_port(host, port)
        stores = _stores(settings, say)
        try:
            return _run(_with_stores(settings, stores), stores, host, port, demo, url, say, wake)
        finally:
            if stores is not None:
                stores.stop(wait_for_guests=False)


@contextmanager
def _alone(data_dir: Path, url: str) -> Iterator[None]:
    """Holds the data dir; the lock file tells a second `kefu up` who has it."""
    with os.fdopen(os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = json.loads(lock.read() or '{"pid": "?", "url": "?"}')
            raise CannotStart(
                f"Kefu is already running for {data_dir}: process {holder['pid']}, {holder['url']}"
            ) from None
        lock.seek(0)
        lock.truncate()
        json.dump({"pid": os.getpid(), "url": url}, lock)
        lock.flush()
        yield


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"{host} port {port} cannot be used: {error.strerror}. Choose another with --port"
            ) from None


def _stores(settings: Settings, say: Say) -> Stores | None:
    if settings.database_url is not None and settings.redis_url is not None:
        return None
    wanted = Wanted(postgres=settings.database_url is None, redis=settings.redis_url is None)

    def waiting() -> None:
        say("Another kefu command is using the stores of this data dir; waiting for it to end.")

    return start_stores(settings.data_dir, wanted, join=False, on_wait=waiting)


def _with_stores(settings: Settings, stores: Stores | None) -> Settings:
    if stores is None:
        return settings
    return settings.model_copy(
        update={
            "database_url": settings.database_url or stores.addresses.database_url,
            "redis_url": settings.redis_url or stores.addresses.redis_url,
        }
    )


def _run(
    settings: Settings, stores: Stores | None, host: str, port: int, demo: bool, url: str, say: Say, wake: Wake
) -> int:
    shop = demo_shop(settings.data_dir) if demo else None
    if shop is not None:
        settings = with_shop(settings, shop)
    variables = environment(settings)
    logs = settings.data_dir / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    web, *others = [
        RunningPart(part, variables, PROJECT_ROOT, logs)
        for part in _parts(settings, host, port, demo, own_database=stores is not None and stores.postgres is not None)
    ]
    if shop is not None:
        others.append(RunningPart(shop_part(settings.data_dir, url), variables, PROJECT_ROOT, logs))
    household = Household([web], say)
    try:
        if _wait_until_ready(household, host, port, wake):
            # Only now, so that on a small machine nothing delays the first page; jobs wait in their queue.
            household.parts.extend(others)
            household.tend()
            _greet(settings.data_dir, url, shop, say)
        while not wake.stop_requests:
            due = household.tend()
            if stores is not None:
                _tend_stores(stores, say)
            wake.wait(due)
        say("Stopping.")
    finally:
        household.stop(wake)
    return 0


def _parts(settings: Settings, host: str, port: int, demo: bool, own_database: bool) -> list[Part]:
    """The web process first."""
    python = sys.executable
    web = [python, "-m", "app.commands.serve", "--host", host, "--port", str(port)]
    web += ["--demo"] * demo + ["--own-database"] * own_database
    celery = [python, "-m", "celery", "--quiet", "-A"]
    worker = [*celery, "workers.celery_app", "worker", "-Q", ",".join(QUEUES)]
    # A second process comes when two jobs run at once, and goes again: idle, it would cost 60 MB.
    worker += ["--autoscale", f"{settings.jobs_in_process},1"]
    worker += ["-n", f"kefu-{port}@%h", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    beat = [*celery, "workers.beat_app", "beat", "--schedule", str(settings.data_dir / "beat-schedule")]
    beat += ["--pidfile", "", "--loglevel", "WARNING"]
    end, quit_, kill = signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL
    return [
        Part("web", web, [(0, end), (7, kill)]),
        # SIGTERM waits for the running job, SIGQUIT gives it back to the queue.
        Part("worker", worker, [(0, end), (3, quit_), (8.5, kill)], variables={"AUTOSCALE_KEEPALIVE": "3"}),
        Part("beat", beat, [(0, end), (3, kill)]),
    ]


def _wait_until_ready(household: Household, host: str, port: int, wake: Wake) -> bool:
    """False when asked to stop meanwhile. Raises CannotStart when the web process keeps ending."""
    web = household.parts[0]
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    while not wake.stop_requests:
        household.tend()
        if web.failures >= TRIES_BEFORE_READY:
            raise CannotStart(f"The web process does not start:\n{web.last_words()}")
        if _answers_ready(address, port):
            return True
        wake.wait(0.05)
    return False


def _answers_ready(address: str, port: int) -> bool:
    connection = http.client.HTTPConnection(address, port, timeout=3)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _tend_stores(stores: Stores, say: Say) -> None:
    """A store that died is started again; everything that uses it connects again by itself."""
    for name, server in (("PostgreSQL", stores.postgres), ("Redis", stores.redis)):
        if server is not None and server.process is not None and server.process.poll() is not None:
            say(f"{name} ended with code {server.process.returncode}; starting it again. Its log: {server.log}")
            server.start()


def _greet(data_dir: Path, url: str, shop: Place | None, say: Say) -> None:
    say("Kefu is ready.")
    for who, path in (("customers", "/"), ("desk", "/desk"), ("admin", "/admin"), ("API", "/docs")):
        say(f"  {who:<10} {url}{path}")
    if shop is not None:
        say(f"  demo shop  {shop.url}/")
    try:
        sign_ins = json.loads((data_dir / SIGN_INS).read_text(encoding="utf-8"))["sign_ins"]
    except FileNotFoundError:
        say("Make the first account with: kefu admin create --email YOU@EXAMPLE.COM --role admin")
        return
    for email, password in sign_ins.items():
        say(f"  sign in    {email}  {password}")
    say("Stop with Ctrl-C.")
