"""`kefu backup` and `kefu restore`: the database, the uploaded files and the signing secret in one archive."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from app import __version__
from app.adapters.embedded import installed_binaries
from app.commands.migrate import migrate
from app.commands.workplace import workplace
from app.kernel.clock import iso, now
from app.kernel.settings import Settings

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
BLOBS = "blobs"
KEPT_FILES = ("secret", "demo-sign-ins.json")


class BackupFailed(RuntimeError):
    """The archive or the place is not fit; nothing was changed."""


def backup(data_dir: Path | None, target: Path) -> dict[str, Any]:
    """Writes the archive (mode 0600: it holds everything) while Kefu may run on; gives back its manifest.

    The database comes first: a file uploaded meanwhile is then extra in the archive, never missing.
    With KEFU_BLOB_URL the uploaded files stay in the object store, which has backups of its own.
    """
    draft = target.with_name(target.name + ".part")
    with workplace(data_dir) as settings, tempfile.TemporaryDirectory(prefix="kefu-backup-") as folder:
        dump = Path(folder) / DUMP
        _run_postgres("pg_dump", settings, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "kefu": __version__,
            "made_at": iso(now()),
            "with_files": settings.blob_url is None,
            "sha256": {DUMP: _digest(dump)},
        }
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
                with tarfile.open(fileobj=output, mode="w") as archive:
                    archive.add(dump, DUMP)
                    for path, name in _files_of(settings):
                        archive.add(path, name)
                        manifest["sha256"][name] = _digest(path)
                    _add_text(archive, MANIFEST, json.dumps(manifest, indent=1))
                output.flush()
                os.fsync(output.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return manifest


def restore(data_dir: Path | None, source: Path) -> dict[str, Any]:
    """Fills an empty data dir (or an empty KEFU_DATABASE_URL) and brings it to the newest schema.

    The whole archive is checked first. Raises BackupFailed.
    """
    with tempfile.TemporaryDirectory(prefix="kefu-restore-") as folder:
        manifest = _unpack(source, Path(folder))
        with workplace(data_dir, newest_schema=False) as settings:
            assert settings.database_url is not None
            _refuse_unless_empty(settings)
            _run_postgres(
                "pg_restore", settings, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges",
                f"--dbname={conninfo_to_dict(_libpq(settings))['dbname']}", str(Path(folder) / DUMP),
            )  # fmt: skip
            _place_files(Path(folder) / FILES, settings.data_dir)
            migrate(settings.database_url)
    return manifest


def _files_of(settings: Settings) -> Iterator[tuple[Path, str]]:
    for name in KEPT_FILES:
        if (settings.data_dir / name).exists():
            yield settings.data_dir / name, f"{FILES}/{name}"
    if settings.blob_url is None:
        for path in sorted((settings.data_dir / BLOBS).rglob("*")):
            if path.is_file():
                yield path, f"{FILES}/{path.relative_to(settings.data_dir).as_posix()}"


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Into a scratch folder, plain files with tame names only, each compared with its digest."""
    digests: dict[str, str] = {}
    try:
        with tarfile.open(source) as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                content = archive.extractfile(member) if member.isfile() else None
                if content is None or path.is_absolute() or ".." in path.parts:
                    raise BackupFailed(f"{source} holds something that is no backup of Kefu: {member.name!r}")
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                with content, target.open("wb") as output:
                    shutil.copyfileobj(content, output)
                digests[member.name] = _digest(target)
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, ValueError) as error:
        raise BackupFailed(f"{source} is no backup of Kefu, or it is cut off ({error})") from error
    digests.pop(MANIFEST)
    if manifest.get("format") != FORMAT or manifest.get("sha256") != digests:
        raise BackupFailed(f"{source} is damaged: its content is not what its list says")
    return manifest


def _refuse_unless_empty(settings: Settings) -> None:
    with psycopg.connect(_libpq(settings)) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row is None or row[0] or any((settings.data_dir / BLOBS).glob("*")):
        raise BackupFailed("There is data here already. Restore into an empty data dir: --data-dir NEW_FOLDER")


def _place_files(unpacked: Path, data_dir: Path) -> None:
    for path in sorted(unpacked.rglob("*")):
        if path.is_file():
            target = data_dir / path.relative_to(unpacked)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)


def _libpq(settings: Settings) -> str:
    assert settings.database_url is not None
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def _run_postgres(program: str, settings: Settings, *arguments: str) -> None:
    """One of PostgreSQL's programs; the password travels in its environment, where other users cannot see it."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    given = conninfo_to_dict(_libpq(settings))
    variables = {variable: str(given[name]) for name, variable in names.items() if given.get(name) is not None}
    done = subprocess.run(
        [str(installed_binaries() / "bin" / program), *arguments],
        env={"PATH": os.defpath, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFailed(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    entry.mode = 0o600
    archive.addfile(entry, io.BytesIO(data))
