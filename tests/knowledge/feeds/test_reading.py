"""Sitemaps, links and addresses as strangers write them."""

import gzip
import time

import pytest

from app.kernel.texts import has_text
from app.knowledge.document_errors import DocumentOldFormat
from app.knowledge.feeds.addresses import file_name_of, fits, plain_url, takes_document, url_wanted
from app.knowledge.feeds.errors import FETCH_CODES, FetchFailed
from app.knowledge.feeds.page_links import read_page_facts
from app.knowledge.feeds.sitemaps import read_sitemap
from tests.fakes.website import page, sitemap


def code_of(data: bytes) -> str:
    with pytest.raises(FetchFailed) as failed:
        read_sitemap(data)
    return failed.value.code


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("HTTP://Example.COM:80/a/../b?x=1#frag", "http://example.com/a/../b?x=1"),
        ("https://example.com:443", "https://example.com/"),
        ("http://例子.测试/路径", "http://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF%E5%BE%84"),
        (" http://a.b/x y?q=中 ", "http://a.b/x%20y?q=%E4%B8%AD"),
        ("http://a.b/%E4%B8%AD", "http://a.b/%E4%B8%AD"),
        ("http://a.b/?utm_source=x&id=3&gclid=9", "http://a.b/?id=3"),
        ("http://[2001:db8::1]:8080/", "http://[2001:db8::1]:8080/"),
    ],
)
def test_an_address_has_one_spelling(written: str, kept: str) -> None:
    assert plain_url(written) == kept
    assert plain_url(kept) == kept


@pytest.mark.parametrize(
    "written",
    ["", "example.com", "ftp://a.b/", "javascript:alert(1)", "http://", "http://u:p@a.b/", "http://a.b:99999/",
     "//a.b/", "http://[::1", "http://a.b/" + "x" * 900, "http://" + "a" * 64 + ".b/", "http://a b/"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(written: str) -> None:
    with pytest.raises(FetchFailed) as failed:
        plain_url(written)
    assert failed.value.code == "fetch_address_invalid"


@pytest.mark.parametrize(
    ("pattern", "text", "fit"),
    [
        ("/docs/", "/docs/a", True), ("/docs/", "/x/docs/", False), ("*/docs/", "/x/docs/", True),
        ("/*.pdf$", "/a.pdf", True), ("/*.pdf$", "/a.pdfx", False), ("/a*a$", "/a", False), ("", "/x", True),
    ],
)  # fmt: skip
def test_a_pattern_fits(pattern: str, text: str, fit: bool) -> None:
    assert fits(pattern, text) is fit


def test_patterns_speak_of_paths_or_of_whole_addresses() -> None:
    assert url_wanted("http://a.b/%E5%B8%AE%E5%8A%A9/x", ["/帮助/"], [])
    assert url_wanted("http://a.b/help/x", ["http://a.b/help"], ["/help/old"])
    assert not url_wanted("http://a.b/help/old/x", ["http://a.b/help"], ["/help/old"])
    assert not url_wanted("http://a.b/x", ["/help", "http://c.d/"], [])
    assert not url_wanted("http://a.b/x.zip", [], [".zip"])


@pytest.mark.parametrize(
    ("address", "media_type", "name"),
    [
        ("http://a.b/", "text/html", "a.b.html"),
        ("http://a.b/help/", "text/html", "help.html"),
        ("http://a.b/x.php?a=1", "text/html", "x.html"),
        ("http://a.b/%E6%89%8B%E5%86%8C.pdf", "application/pdf", "手册.pdf"),
        ("http://a.b/x.md", "text/plain", "x.md"),
        ("http://a.b/x.docx", "application/octet-stream", "x.docx"),
        ("http://a.b/download?id=3", "application/pdf", "download.pdf"),
    ],
)
def test_a_page_gets_a_file_name_of_its_kind(address: str, media_type: str, name: str) -> None:
    assert takes_document(address, media_type) and file_name_of(address, media_type) == name


@pytest.mark.parametrize("media_type", ["image/png", "application/octet-stream", "video/mp4", ""])
def test_what_is_no_document_is_not_taken(media_type: str) -> None:
    assert not takes_document("http://a.b/x", media_type)


def test_an_old_format_is_told_what_to_save_it_as() -> None:
    with pytest.raises(DocumentOldFormat) as refused:
        takes_document("http://a.b/x.doc", "application/msword")
    assert refused.value.values == {"extension": "doc", "better": "docx"}


def test_a_sitemap_of_any_dress_is_read() -> None:
    plain = sitemap("http://a.b/1", "http://a.b/2?x=1&amp;y=2").encode()
    for data in (plain, gzip.compress(plain), b"\xef\xbb\xbf" + plain):
        assert read_sitemap(data).pages == ["http://a.b/1", "http://a.b/2?x=1&y=2"]
    assert read_sitemap(b"http://a.b/1\r\nnot one\nhttps://a.b/2\n").pages == ["http://a.b/1", "https://a.b/2"]
    rss = b"<rss><channel><link>http://a.b/</link><item><link>http://a.b/n</link></item></channel></rss>"
    assert read_sitemap(rss).pages == ["http://a.b/n"]
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="http://a.b/e"/></entry></feed>'
    assert read_sitemap(atom).pages == ["http://a.b/e"]
    images = b"<urlset><url><loc>http://a.b/1</loc><image><loc>http://a.b/i.png</loc></image></url></urlset>"
    assert read_sitemap(images).pages == ["http://a.b/1"]


def test_a_sitemap_ends_at_fifty_thousand() -> None:
    found = read_sitemap(sitemap(*(f"http://a.b/{n}" for n in range(50_001))).encode())
    assert (len(found.pages), found.more) == (50_000, True)
    whole = read_sitemap(sitemap(*(f"http://a.b/{n}" for n in range(50_000))).encode())
    assert (len(whole.pages), whole.more) == (50_000, False)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE u [<!ENTITY a "b">]><urlset/>', "sitemap_entities"),
        (b'<!DOCTYPE u SYSTEM "file:///etc/passwd"><urlset/>', "sitemap_entities"),
        (b'<!DOCTYPE u [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]><urlset/>', "sitemap_entities"),
        (b"<urlset><url><loc>http://a.b/", "sitemap_broken"),
        (b"<html><body>404</body></html>", "sitemap_broken"),
        (b"<urlset>" + b"<a>" * 200, "sitemap_broken"),
        (b"", "sitemap_broken"),
        (b"\x1f\x8b broken", "sitemap_broken"),
        (b"just words", "sitemap_broken"),
        (gzip.compress(b"<urlset>" + b" " * 60_000_000), "fetch_too_large"),
    ],
)
def test_a_bad_sitemap_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_page_tells_its_title_address_and_links() -> None:
    head = '<base href="/docs/"><link rel=canonical href="guide"><meta name=robots content="NOFOLLOW">'
    links = ("a", "/b#x", "http://other.b/", "mailto:x@y", "javascript:x", "tel:1", "a")
    facts = read_page_facts(page("指南 &amp; 说明", "x", head=head, links=links).encode(), "http://a.b/index")
    assert (facts.title, facts.canonical, facts.nofollow) == ("指南 & 说明", "http://a.b/docs/guide", True)
    assert facts.links == ["http://a.b/docs/a", "http://a.b/b", "http://other.b/"]


def test_what_stands_in_comments_and_scripts_is_no_link() -> None:
    html = (
        '<!-- <a href="/no"> --><script>"<a href=/no>"</script><a rel="nofollow" href="/no">x</a><a href="/yes">y</a>'
    )
    assert read_page_facts(html.encode(), "http://a.b/").links == ["http://a.b/yes"]


def test_an_old_chinese_page_is_read_in_its_own_letters() -> None:
    html = '<meta charset="gb2312"><title>退货說明</title>'.encode("gb18030")
    assert read_page_facts(html, "http://a.b/").title == "退货說明"


@pytest.mark.parametrize(
    "html",
    [b"<a " * 600_000, b"<a " + b"x" * 2_000_000, b"<!--" * 500_000, b"<script" * 300_000, b'<a href="' * 200_000,
     b"<" * 2_000_000, ("<title>" + "İ" * 600_000).encode(), b"<a x='" + b"a=' " * 400_000],
)  # fmt: skip
def test_a_hostile_page_costs_no_time(html: bytes) -> None:
    began = time.process_time()
    read_page_facts(html, "http://a.b/")
    assert time.process_time() - began < 3


def test_every_code_has_its_sentence() -> None:
    assert [code for code in FETCH_CODES if not has_text(f"errors.{code}")] == []
