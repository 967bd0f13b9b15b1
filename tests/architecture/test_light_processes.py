"""Web and worker stay light: converters and LangChain are loaded where they are used, not at their start."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = [
    "PIL",
    "cv2",
    "langchain",
    "langchain_core",
    "langchain_openai",
    "langchain_text_splitters",
    "jsonschema",
    "lxml",
    "mammoth",
    "mcp",
    "onnxruntime",
    "openpyxl",
    "pandas",
    "pptx",
    "pypdfium2",
    "pypinyin",
    "rapidocr",
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


def test_even_the_parser_loads_the_models_that_read_pictures_only_for_a_picture() -> None:
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; import app.adapters.parsing.template, app.adapters.parsing.pictures\n"
            "from app.adapters.parsing.read import warm_up; warm_up()\n"
            "print([name for name in ('cv2', 'onnxruntime', 'rapidocr') if name in sys.modules])",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == "[]"
