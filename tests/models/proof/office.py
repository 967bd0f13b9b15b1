"""The administrator of the proof, in Chromium: starts and watches a run, judges, moves a version, rolls back."""

import asyncio
import os
import re
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.journeys.conftest import watched
from tests.models.conftest import EMAIL, Shop
from tests.serving import PASSWORD

RUN_LIMIT_MS, JUDGE_LIMIT_MS = 600_000, 300_000


@dataclass
class Office:
    """One signed-in page; `faults` are errors of its scripts and requests to elsewhere."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, page: Page, shop: Shop) -> "Office":
        """Signs in."""
        office = cls(page, shop.url, watched(page))
        await page.goto(f"{shop.url}/sign-in?next=/admin/training")
        await page.fill("#email", EMAIL)
        await page.fill("#password", PASSWORD)
        await page.click("[type=submit]")
        await page.wait_for_url(f"{shop.url}/admin/training")
        return office

    async def start_run(self, settings: dict[str, float]) -> str:
        """Fills the form of a new run and starts it; gives the run's id."""
        page = self.page
        await page.goto(f"{self.url}/admin/training")
        await page.get_by_role("button", name="开始训练").click()
        dialog = page.locator("run-form dialog")
        await expect(dialog.get_by_role("status")).to_contain_text("GB", timeout=60_000)
        for name, value in settings.items():
            await dialog.locator(f"#set-{name}").fill(f"{value:g}")
        async with page.expect_response(lambda one: one.url.endswith("/training/runs")) as answer:
            await dialog.locator("button.primary").click()
        started = await answer.value
        assert started.status == 202, await started.text()
        run_id: str = (await started.json())["run_id"]
        await expect(dialog).not_to_be_visible()
        await page.goto(f"{self.url}/admin/training?run={run_id}")
        return run_id

    async def sees_it_learn(self, least_step: int) -> None:
        """The page moves by itself: the state, the steps, the curve and its figures."""
        page = self.page
        await expect(page.locator("header .badge")).to_contain_text("训练中", timeout=120_000)
        await expect(page.locator("run-plot canvas")).to_be_visible(timeout=120_000)
        await self._step_beyond(least_step)
        await expect(page.locator(".run-numbers")).to_contain_text(re.compile(r"\d词元/秒|\d\s*词元/秒"))

    async def sees_it_resume(self, least_step: int) -> None:
        """After a crash: the mark on the page, and further steps."""
        await expect(self.page.get_by_text(re.compile(r"从第 \d+ 步恢复"))).to_be_visible(timeout=60_000)
        await self._step_beyond(least_step)

    async def sees_it_done(self) -> None:
        await expect(self.page.locator("header .badge")).to_contain_text("已完成", timeout=RUN_LIMIT_MS)

    async def _step_beyond(self, least: int) -> None:
        words = self.page.locator("kefu-training .title-15.figures").first
        deadline = time.monotonic() + RUN_LIMIT_MS / 1_000
        while True:
            found = re.search(r"第\D*([\d,]+)", await words.inner_text(timeout=RUN_LIMIT_MS))
            if found and int(found[1].replace(",", "")) > least:
                return
            assert time.monotonic() < deadline, f"the page never told a step beyond {least}"
            await asyncio.sleep(0.2)

    async def row(self, name: str) -> Locator:
        """The row of a version on the page of models."""
        await self.page.goto(f"{self.url}/admin/models")
        row = self.page.locator("kefu-models tbody tr", has_text=name).last
        await expect(row).to_be_visible()
        return row

    @staticmethod
    async def _choose(row: Locator, words: str) -> None:
        """From the menu behind a row's dots."""
        await row.locator("row-menu > button").click()
        await row.get_by_role("menuitem", name=words).click()

    async def judge(self, name: str) -> str:
        """Has a version judged and waits for the gate's word, which it gives."""
        row = await self.row(name)
        await self._choose(row, "评估")
        verdict = row.locator("a.gate-word")
        await expect(verdict).to_contain_text("/", timeout=JUDGE_LIMIT_MS)
        return (await row.inner_text()).replace("\n", " ")

    async def move(self, name: str, choice: str, share: int | None = None) -> None:
        """Sends a version on, as the dialog asks it."""
        await self._choose(await self.row(name), choice)
        dialog = self.page.locator("move-dialog dialog")
        if share is not None:
            await dialog.locator("#move-share").fill(str(share))
        await dialog.locator("button.primary").click()
        await expect(dialog).not_to_be_visible(timeout=60_000)

    async def roll_back(self) -> None:
        """One click, and the word that it is meant."""
        await self.page.goto(f"{self.url}/admin/models")
        await self.page.get_by_role("button", name="回退", exact=True).click()
        await self.page.locator("dialog[open] button.danger").click()
        await expect(self.page.get_by_text("已回退，现在由")).to_be_visible()


def family_of(pid: int) -> list[int]:
    """A process and everything below it."""
    family, waiting = [pid], [pid]
    while waiting:
        parent = waiting.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(FileNotFoundError, ProcessLookupError):
                born = [int(one) for one in task.read_text().split()]
                family += born
                waiting += born
    return family


def command_lines(pid: int) -> list[bytes]:
    """What the processes of a family were started with."""
    found = []
    for one in family_of(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            found.append(Path(f"/proc/{one}/cmdline").read_bytes())
    return found


def kill_with_children(pid: int) -> None:
    """As a machine that loses power does: a process and everything it started, at once."""
    for one in family_of(pid):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
