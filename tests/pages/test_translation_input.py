"""What comes in with translations, sent past the forms: scripts, nothing at all, files of something else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.models import StoryPage

from .admin_people import chief_editor, editor
from .test_stories import page_of
from .told import a_story
from .translating import addresses_of_localize, an_arabic_tree, publish, submit, translate, translation_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

FORM = "application/x-www-form-urlencoded"
LINKED = '<p>Lire <a href="https://example.org/fr">la suite</a></p>'
#: As localize cuts it, the address of the link left out.
READ_ON = 'Lire <a id="a1">la suite</a>'
PAYLOADS = [
    "<script>alert(1)</script>",
    "<b onclick=alert(1)>x</b>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<svg/onload=alert(1)>",
]


@pytest.fixture
def arabic():
    an_arabic_tree()
    return submit(editor(), a_story([("text", LINKED)]))


def test_a_translation_with_a_script_is_never_published(arabic, django_capture_on_commit_callbacks):
    chief = chief_editor()
    translate(chief, arabic)
    for payload in PAYLOADS:
        translate(chief, arabic, [READ_ON], payload)
        assert publish(chief, arabic, django_capture_on_commit_callbacks).live is False, payload
    translate(chief, arabic, [READ_ON], '<b>اقرأ</b> <a id="a1">المزيد</a>')
    assert publish(chief, arabic, django_capture_on_commit_callbacks).live is True


def test_a_script_in_a_line_of_a_translation_is_shown_as_text(arabic, client, django_capture_on_commit_callbacks):
    chief = chief_editor()
    translate(chief, arabic)
    translate(chief, arabic, ["Cinq femmes"], PAYLOADS[0].replace("<", "&lt;"))
    publish(chief, arabic, django_capture_on_commit_callbacks)
    page = page_of(client, "/ar/recits/cinq-femmes/")
    assert PAYLOADS[0] not in page and "alert(1)" in page


def test_a_link_in_a_translation_is_one_that_a_text_may_have(arabic, client, django_capture_on_commit_callbacks):
    chief = chief_editor()
    translation = translation_of(arabic)
    [link] = translation.source.overridablesegment_set.all()
    address = reverse("wagtail_localize:edit_override", args=[translation.pk, link.pk])
    translate(chief, arabic)
    assert chief.put(address, "value=https://example.org/ar", content_type=FORM).status_code == 201
    for bad in ("javascript:alert(1)", "java%09script:alert(1)", "data:text/html,x", "%20JAVASCRIPT:alert(1)"):
        assert chief.put(address, f"value={bad}", content_type=FORM).status_code == 400, bad
    publish(chief, arabic, django_capture_on_commit_callbacks)
    assert 'href="https://example.org/ar"' in page_of(client, "/ar/recits/cinq-femmes/")
    assert chief.delete(address).status_code == 200


def test_a_request_that_holds_nothing_is_refused_as_bad(arabic):
    addresses = addresses_of_localize(arabic)
    chief = chief_editor()
    assert chief.put(addresses["edit_string_translation"]).status_code == 400
    assert chief.post(addresses["upload_pofile"]).status_code == 400
    foreign = SimpleUploadedFile("x.po", b'msgid "a"\nmsgstr "b"\n')
    assert chief.post(addresses["upload_pofile"], {"file": foreign}).status_code == 400
    binary = SimpleUploadedFile("x.po", bytes(range(256)))
    assert chief.post(addresses["upload_pofile"], {"file": binary}).status_code in (302, 400)
    assert StoryPage.objects.get(pk=arabic.pk).live is False
