"""Folders of the server that may be synchronised: only below the roots an operator named, whatever links say."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.knowledge.feeds.addresses import LONGEST
from app.knowledge.feeds.errors import FetchFailed

MOST_BYTES_OF_NAME = 1_500
PASSED_OVER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini", "node_modules"})


@dataclass(frozen=True)
class FoundFile:
    """A file below a folder, or why it cannot be one. mark: changes when its content does."""

    address: str
    mark: str = ""
    code: str | None = None


class FolderRoots:
    """The folders below which everything may be read. roots: absolute paths, comma-separated."""

    def __init__(self, roots: str = ""):
        self.roots: Sequence[Path] = tuple(Path(root.strip()) for root in roots.split(",") if root.strip())

    def folder(self, address: str) -> Path:
        """The real folder of an address. Raises FetchFailed: no roots are named, outside of them, or not there."""
        if not self.roots:
            raise FetchFailed("folder_no_roots")
        if "\x00" in address or not os.path.isabs(address):
            raise FetchFailed("folder_outside")
        try:
            real = Path(address).resolve(strict=True)
        except (OSError, RuntimeError):
            # What lies outside is not told apart from what does not exist.
            inside = self._holds(Path(os.path.normpath(address)))
            raise FetchFailed("folder_missing" if inside else "folder_outside") from None
        if not self._holds(real):
            raise FetchFailed("folder_outside")
        if not real.is_dir():
            raise FetchFailed("folder_missing")
        return real

    def _holds(self, real: Path) -> bool:
        return any(real.is_relative_to(os.path.realpath(root)) for root in self.roots)

    def files(self, folder: Path, max_depth: int) -> Iterator[FoundFile]:
        """Every file below a folder in order of name; hidden ones are passed over, links may not leave the roots."""
        yield from self._walk(folder, "", max_depth, {_identity(folder.stat())})

    def _walk(self, folder: Path, above: str, depth: int, open_folders: set[tuple[int, int]]) -> Iterator[FoundFile]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield FoundFile(storable(above) or ".", code="folder_unreadable")
            return
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name in PASSED_OVER:
                continue
            address = f"{above}/{entry.name}" if above else entry.name
            if storable(address) != address or len(address.encode()) > MOST_BYTES_OF_NAME or len(address) > LONGEST:
                yield FoundFile(storable(address)[:LONGEST], code="folder_name")
                continue
            try:
                info = entry.stat()
                if entry.is_symlink() and not self._holds(Path(entry.path).resolve(strict=True)):
                    yield FoundFile(address, code="folder_link_outside")
                    continue
            except (OSError, RuntimeError):
                yield FoundFile(address, code="folder_unreadable")
                continue
            if stat.S_ISREG(info.st_mode):
                yield FoundFile(address, f"{info.st_mtime_ns}-{info.st_size}")
            elif stat.S_ISDIR(info.st_mode) and depth > 0 and _identity(info) not in open_folders:
                yield from self._walk(Path(entry.path), address, depth - 1, open_folders | {_identity(info)})

    def open(self, folder: Path, address: str) -> BinaryIO:
        """A file, opened; what was opened is checked once more, since names can change hands. Raises FetchFailed."""
        try:
            # Not waiting: a pipe would never begin.
            handle = os.open(folder / address, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            raise FetchFailed("folder_missing") from None
        except OSError:
            raise FetchFailed("folder_unreadable") from None
        file = os.fdopen(handle, "rb")
        try:
            self._check_opened(folder / address, handle)
        except BaseException:
            file.close()
            raise
        return file

    def _check_opened(self, path: Path, handle: int) -> None:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            raise FetchFailed("folder_unreadable")
        told = Path(f"/proc/self/fd/{handle}")
        try:
            real = Path(os.readlink(told)) if told.exists() else path.resolve(strict=True)
            same = _identity(real.stat()) == _identity(info)
        except OSError:
            raise FetchFailed("folder_unreadable") from None
        if not same or not self._holds(real):
            raise FetchFailed("folder_link_outside")


def _identity(info: os.stat_result) -> tuple[int, int]:
    return info.st_dev, info.st_ino


def storable(name: str) -> str:
    """A name as it can be stored and shown: bytes that are no UTF-8 are written out."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")
