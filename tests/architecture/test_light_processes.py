"""Web and worker stay light: converters and LangChain are loaded where they are used, not at their start."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = [
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langchain_text_splitters",
    "lxml",
    "mammoth",
    "openpyxl",
    "pandas",
    "pptx",
    "pypdfium2",
    "selectolax",
    "torch",
    "transformers",
]
LOADED = f"""
import json, sys
import app.main, workers.tasks
print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""


def test_neither_the_web_process_nor_a_worker_loads_what_only_a_document_needs() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT,
        env={"KEFU_REDIS_URL": "redis://127.0.0.1:1/0", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(shown.stdout.splitlines()[-1]) == []
