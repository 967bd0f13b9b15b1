"""The chat page's shell: what the element is told about the company, and that nothing in it can run."""

import orjson

from tests.serving import Served


async def test_the_page_carries_the_company_as_data(kefu: Served) -> None:
    page = await kefu.client().get("/?lang=en")
    assert page.status_code == 200
    body = page.text.split('id="kefu-config">', 1)[1].split("</script>", 1)[0]
    config = orjson.loads(body)
    assert config["company"] == {"zh": "星河数码", "en": "Nebula Digital"}
    assert '<html lang="en">' in page.text


async def test_the_page_has_no_script_of_its_own(kefu: Served) -> None:
    page = await kefu.client().get("/")
    kinds = [tag.split(">", 1)[0] for tag in page.text.split("<script")[1:]]
    assert kinds
    assert all("src=" in kind or 'type="application/json"' in kind for kind in kinds)
    assert "script-src 'self'" in page.headers["content-security-policy"]
