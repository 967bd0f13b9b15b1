"""The chat page's shell: what the element is told about the company, and that nothing in it can run."""

import orjson

from app.accounts import load_company
from app.conversations.pages import chat_config
from app.kernel.settings import load_settings
from tests.serving import Served


async def test_the_page_carries_the_company_as_data(served: Served) -> None:
    page = await served.client().get("/?lang=en")
    assert page.status_code == 200
    body = page.text.split('id="kefu-config">', 1)[1].split("</script>", 1)[0]
    config = orjson.loads(body)
    assert config["company"] == {"zh": "星河数码", "en": "Nebula Digital"}
    assert '<html lang="en">' in page.text


async def test_the_page_has_no_script_of_its_own(served: Served) -> None:
    page = await served.client().get("/")
    kinds = [tag.split(">", 1)[0] for tag in page.text.split("<script")[1:]]
    assert kinds
    assert all("src=" in kind or 'type="application/json"' in kind for kind in kinds)
    assert "script-src 'self'" in page.headers["content-security-policy"]


def test_a_name_with_markup_stays_inside_its_json() -> None:
    company = load_company(load_settings({}))
    hostile = company.model_copy(update={"name": company.name.model_copy(update={"zh": "</script><script>"})})
    assert chat_config(hostile)["company"]["zh"] == "</script><script>"
