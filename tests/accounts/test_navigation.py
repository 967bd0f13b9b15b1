"""The side navigation of staff pages: sections in one order, few rows all shown, of many the page's own section."""

from uuid import UUID

from app.accounts import Principal, Role
from app.accounts.company import DEMO_FILE, Company
from app.accounts.pages import FEW_ROWS, NAVIGATION, SECTION_ICONS, StaffPage


def page(role: Role, active: str) -> StaffPage:
    principal = Principal(UUID(int=1), "staff", "周宁", role)
    return StaffPage(active, principal, Company.model_validate_json(DEMO_FILE.read_text()), "星河数码")


def test_an_admin_sees_every_section_and_only_the_pages_own_open() -> None:
    sections = page(Role.ADMIN, "faqs").sections
    assert [section.key for section in sections] == list(SECTION_ICONS)
    assert [section.key for section in sections if section.open] == ["knowledge"]
    assert [item for section in sections for item in section.rows] == sorted(
        NAVIGATION, key=lambda item: list(SECTION_ICONS).index(item.group)
    )


def test_an_agent_has_few_rows_and_sees_them_all() -> None:
    shown = page(Role.AGENT, "desk")
    assert 0 < len(shown.navigation) <= FEW_ROWS
    assert all(section.open and section.rows for section in shown.sections)
