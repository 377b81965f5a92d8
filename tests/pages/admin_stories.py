"""The form of a story, as the admin sends it."""

from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.models import StoriesPage, StoryPage


def story_form(body=(), **changes) -> dict:
    """`body` holds (kind, value) of blocks as their forms send them."""
    told = {
        "title": "Cinq femmes",
        "slug": "cinq-femmes",
        "summary": "Un récit.",
        "cover": "",
        "cover_alt": "",
        "cooperative": "",
        "theme": "",
        "told_on": "2026-11-01",
        "body": streamfield(list(body)),
        "comments": inline_formset([]),
        **changes,
    }
    return nested_form_data(told)


def text(words: str) -> str:
    return rich_text(f"<p>{words}</p>")


def write(browser: Client, form: dict):
    """Send the form of a new story below the list of stories."""
    index = StoriesPage.objects.get()
    return browser.post(reverse("wagtailadmin_pages:add", args=["cms", "storypage", index.pk]), form)


def rewrite(browser: Client, page: Page, form: dict):
    return browser.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)


def decide(browser: Client, page: Page, action: str, comment: str = ""):
    """Approve or reject what is being reviewed of this page."""
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return browser.post(address, {"comment": comment})


def the_story() -> StoryPage:
    return StoryPage.objects.get()
