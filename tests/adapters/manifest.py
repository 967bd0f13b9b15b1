"""What the public documents' MANIFEST expects of each file, and what it leaves open."""

import csv
from pathlib import Path

# The manifest leaves these open; what they must end as here. None: read.
OPEN = {
    "malformed/corruptionOneByteMissing.pdf": None,
    "malformed/encryption_notextaccess.pdf": None,
    "malformed/javascript.pdf": None,
    "malformed/fileAttachment.pdf": None,
    "malformed/malformed-from-issue-932.pdf": None,
    "malformed/zen_of_python_corrupted.pdf": None,
    "malformed/issue-1113-evil-xobjects.pdf": None,
    "malformed/failure-after-repair.pdf": None,
    "malformed/fake-power-point-malformed.pptx": None,
    "malformed/umlauts-non-utf8.md": None,
    "malformed/fake-text-utf-16.txt": None,
    "malformed/fake-text-utf-32.txt": None,
    "malformed/test_recursive_embedded.docx": None,
    "malformed/testWORD_truncated.docx": "document_broken",
    "malformed/testZIP_corrupted_oom.zip": "document_broken",
    "malformed/testRTFCorruptListOverride.rtf": "document_old_format",
    "malformed/quine.gz": "document_unsupported",
    "malformed/gbk.zip": None,
    "malformed/testZipEncrypted.zip": None,
    "zh_misc/testMSG_chinese.msg": "document_old_format",
    "office/legacy_sample.doc": "document_old_format",
}
MUST_HOLD = {
    "zh_misc/ocr_test.docx": "横向文本框",
    "zh_misc/ocr_test.jpg": "English text",
    "zh_misc/ocr_test.pdf": "横向文本框",
    "zh_misc/ocr_test.pptx": "横向文本框",
    "zh_misc/chi_sim_image.jpeg": "改善肌肤松弛",
    "pdf/ocr_test.pdf": "Docling bundles PDF document conversion to JSON and Markdown in an easy self",
    "pdf/ocr_test_rotated_90.pdf": "Docling bundles PDF document conversion to JSON and Markdown",
    "pdf/MEDRPT-2024-PAT-3847_medical_report_scan.pdf": "COMPREHENSIVE MEDICAL REPORT",
    "zh_misc/langchain-ChatGLM_closed.csv": "加油~以及一些建议",
    "zh_misc/langchain-ChatGLM_closed.xlsx": "加油~以及一些建议",
    "csv/csv-semicolon.csv": "Customer Id",
    "csv/stanley-cups-utf-16.csv": "Maple Leafs",
    "email/fake-email-attachment.eml": "fake-attachment.txt",
    "encoding/_chromium_Big5_with_no_encoding_specified.html": "台北看守所",
    "encoding/_chromium_gb18030_with_no_encoding_specified.html.xml": "中国",
    "encoding/medical_sample_gb18030.csv": "高血压",
    "malformed/umlauts-non-utf8.md": "können",
    "office/word_tables.docx": "| ",
    "office/xlsx_04_inflated.xlsx": "| ",
    "pdf/REPAIR-2022-INV-001_multipage.pdf": "| GRAND TOTAL |",
    "pdf/SPARSE-2024-INV-1234_borderless_table.pdf": "| SKU-9201 |  | 780 | 778 |  | OK |",
}
MUST_NOT_HOLD = {
    "html/example-with-scripts.html": ("function(", "var ", "window."),
    "html/wiki_duck.html": ("mw-parser-output", "Jump to content"),
    "malformed/javascript.pdf": ("app.alert",),
    "malformed/encryption_openpassword.pdf": ("",),
}


def rows_of(folder: Path) -> list[dict[str, str]]:
    """One row for each file: `file`, `expect` and where it is from."""
    with (folder / "MANIFEST.csv").open(encoding="utf-8") as manifest:
        return list(csv.DictReader(manifest))


def wanted_code(file: str, expect: str, code: str | None) -> bool:
    """Whether a file ended as it should: read (None), or refused with the right code."""
    if file in OPEN:
        return code == OPEN[file]
    if "password" in expect:
        return code == "document_locked"
    if "0 bytes" in expect or "whitespace" in expect:
        return code == "document_empty"
    if "unsupported" in expect:
        return code in ("document_unsupported", "document_old_format")
    return code is None


def holds_what_it_must(file: str, text: str) -> bool:
    """Whether what was read of a file has the words it is known by, none it must hide, and no broken character."""
    leaked = [word for word in MUST_NOT_HOLD.get(file, ()) if word and word in text]
    return not leaked and MUST_HOLD.get(file, "") in text and "\ufffd" not in text
