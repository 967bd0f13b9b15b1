"""The browser code's own tests (frontend/src/**/*.test.ts), run by Vitest in a real browser."""

import os
import shutil
import subprocess

import pytest

from app.kernel.web import FRONTEND
from tests.browser import find_chromium

VITEST = FRONTEND / "node_modules" / "vitest" / "vitest.mjs"


@pytest.mark.timeout(180)
def test_the_browser_code_passes_its_own_tests() -> None:
    node = shutil.which("node") or str(FRONTEND.parent / ".node" / "bin" / "node")
    if not VITEST.exists() or not os.path.exists(node):
        pytest.skip("the frontend's modules are not installed: run `make setup`")
    if find_chromium() is None:
        pytest.skip("no Chromium on this machine")
    run = subprocess.run([node, str(VITEST), "run"], cwd=FRONTEND, capture_output=True, text=True, timeout=170)
    assert run.returncode == 0, run.stdout + run.stderr
