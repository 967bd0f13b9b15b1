"""What every page owes a reader: axe finds no fault and nothing scrolls sideways, in any theme, wide or on a phone."""

from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

PHONE = {"width": 375, "height": 800}
WIDE = {"width": 1280, "height": 800}
# preload: false leaves out one rule, of style sheets that lock a screen's orientation, and a third of the time.
_RUN = """async () => (await axe.run(document, { resultTypes: ["violations"], preload: false })).violations
    .flatMap((fault) => fault.nodes.map((node) => `${location.pathname} ${fault.id}: ${node.html.slice(0, 200)}`))"""

_SETTLE = """async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    const ending = document.getAnimations().filter((moving) => moving.effect.getTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map((moving) => moving.finished));
    await drawn();
}"""


@dataclass(frozen=True)
class Look:
    """A language with the theme its wide screen has; its phone has the other one. The two of LOOKS make four."""

    locale: str
    wide: str
    phone: str

    def __str__(self) -> str:
        return self.locale


LOOKS = (Look("zh-CN", "light", "dark"), Look("en", "dark", "light"))


async def faults(page: Page) -> list[str]:
    """What axe calls a violation, with the element it is about."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found: list[str] = await page.evaluate(_RUN)
    return found


async def sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"))


async def lasting_faults(page: Page) -> list[str]:
    """The faults that are still there at a third look: colours half-way from one theme to another have none."""
    found: list[str] = []
    for _ in range(3):
        await page.evaluate(_SETTLE)
        found = await faults(page)
        if not found:
            break
    return found


async def faults_of(page: Page, look: Look) -> list[str]:
    """The faults of the page as it stands, on a phone and then wide; it is left wide, in the theme of that.

    The page's theme must follow the system's, and motion be reduced.
    """
    found: list[str] = []
    for size, theme in ((PHONE, look.phone), (WIDE, look.wide)):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        found += [f"{theme} {size['width']} {fault}" for fault in await lasting_faults(page)]
        if await sideways(page):
            await page.evaluate(_SETTLE)  # what follows the window's size may have done so only now
            if await sideways(page):
                found.append(f"{size['width']} {page.url} scrolls sideways")
    return found
