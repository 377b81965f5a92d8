"""What the texts of the demonstration must not do."""

import re

import pytest

from store.demo.content import LANGUAGES, read


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_we_are_leaves_figures_to_the_impact_page(language):
    """Numbers in a text are found by nobody when they change (docs/decisions/0012). A year is a date."""
    about = read("pages")["about"]
    assert set(re.findall(r"\d+", about[f"text_{language}"])) <= {"2019"}
