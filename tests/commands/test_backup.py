"""A backup taken while Kefu runs comes back whole in an empty place, and nowhere else."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.adapters.embedded import Wanted, start_stores
from app.commands.accounts import create_account
from app.commands.backup import BackupFailed, backup, restore
from app.commands.migrate import migrate
from tests.commands.running import kefu

FAST = Wanted(tuning={"fsync": "off"})


def staff_of(url: str) -> list[str]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return [row[0] for row in connection.execute("SELECT email FROM staff ORDER BY email")]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("backup")
    data_dir, target = folder / "data", folder / "kefu.tar"
    with start_stores(data_dir, FAST) as stores:
        migrate(stores.database_url)
        create_account(data_dir, "lin@example.com", "correct horse battery", "agent", "林晓")
        (data_dir / "blobs" / "documents").mkdir(parents=True)
        (data_dir / "blobs" / "documents" / "1").write_bytes(b"\x00policy")
        (data_dir / "secret").write_text("s" * 64)
        backup(data_dir, target)
    yield target


def test_a_restored_place_has_the_rows_the_files_and_the_secret(archive: Path, tmp_path: Path) -> None:
    done = kefu("restore", str(archive), "--data-dir", str(tmp_path / "new"))
    assert done.returncode == 0, done.stderr
    with start_stores(tmp_path / "new", FAST) as stores:
        assert staff_of(stores.database_url) == ["lin@example.com"]
    assert (tmp_path / "new" / "blobs" / "documents" / "1").read_bytes() == b"\x00policy"
    assert (tmp_path / "new" / "secret").read_text() == "s" * 64
    with pytest.raises(BackupFailed, match="data here already"):
        restore(tmp_path / "new", archive)


def test_only_its_owner_may_read_an_archive(archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["cut", "changed", "foreign", "climbing"])
def test_a_harmed_archive_is_refused_before_anything_is_made(archive: Path, tmp_path: Path, harm: str) -> None:
    whole, bad = archive.read_bytes(), tmp_path / "bad.tar"
    match harm:
        case "cut":
            bad.write_bytes(whole[: len(whole) // 2])
        case "changed":
            bad.write_bytes(whole.replace(b"\x00policy", b"\x00police"))
        case "foreign":
            bad.write_bytes(b"not an archive at all" * 100)
        case "climbing":
            with tarfile.open(bad, "w") as made:
                made.add(__file__, "files/../../outside")
    with pytest.raises(BackupFailed, match=r"no backup of Kefu|damaged"):
        restore(tmp_path / "new", bad)
    assert not (tmp_path / "new").exists() and not (tmp_path / "outside").exists()
