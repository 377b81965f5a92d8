"""What is pasted from a word processor or a web page loses everything but its words and the few things that a text may be."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cms.models import StandardPage
from tests.factories import a_home

from .shop import a_person
from .watch import Watch

PASTED = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>@font-face {font-family: Cambria}</style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head><body>
<p class="MsoNormal" style="mso-fareast-language:FR;color:red"><b>Miel</b> de <i>thym</i><o:p>&nbsp;</o:p></p>
<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><![if !supportLists]><span>· </span><![endif]>Récolté à Ouislane</p>
<div style="position:fixed" onclick="__ran__()"><font face="Arial" size="7">Douze ruches</font></div>
<script>__ran__()</script><img src="x" onerror="__ran__()"><iframe src="javascript:__ran__()"></iframe>
<a href="javascript:__ran__()">un lien</a> <a href="https://example.org/miel" onclick="__ran__()">le rucher</a>
<table><tr><td>2019</td><td>douze</td></tr></table></body></html>
"""
WORDS = ["Miel", "thym", "Récolté à Ouislane", "Douze ruches", "un lien", "le rucher", "2019", "douze"]
RUBBISH = [
    "Mso",
    "style",
    "class",
    "javascript:",
    "onclick",
    "onerror",
    "<script",
    "<img",
    "<iframe",
    "<font",
    "<table",
    "<div",
    "<o:p",
]
PASTE = """html => {
    const editor = document.querySelector("[name=body]").closest("[data-field]").querySelector("[contenteditable=true]");
    editor.focus();
    const clipboard = new DataTransfer();
    clipboard.setData("text/html", html);
    clipboard.setData("text/plain", "Miel");
    editor.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_pasted_keeps_its_words_and_loses_the_rest(live_server, browser, quiet):
    home = a_home()
    page = home.add_child(instance=StandardPage(title="Le miel", slug="le-miel", body="<p>.</p>"))
    session = a_person("editrice").cookies[settings.SESSION_COOKIE_NAME].value
    watch = Watch(browser, live_server.url, {settings.SESSION_COOKIE_NAME: session})
    watch.open(f"/admin/pages/{page.pk}/edit/")
    watch.page.locator("[contenteditable=true]").first.wait_for()
    watch.page.evaluate(PASTE, PASTED)
    expect(watch.page.locator("[name=body]")).to_have_value(re.compile("Douze ruches"))
    watch.page.locator("[name=action-publish]").dispatch_event("click")
    watch.page.wait_for_url(lambda url: "/edit/" not in url)
    watch.close()
    body = StandardPage.objects.get(pk=page.pk).body
    assert [word for word in WORDS if word not in body] == []
    assert [rubbish for rubbish in RUBBISH if rubbish in body] == []
    assert 'href="https://example.org/miel"' in body and watch.seen.ran == []
