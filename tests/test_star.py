"""One star is the mark, the divider, the favicon and the sign of what is empty."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string


def paths_of(name: str) -> list[str]:
    with open(finders.find(f"img/{name}.svg")) as file:
        words = file.read()
    if name == "icons":
        words = words.partition('id="star"')[2].partition("</symbol>")[0]
    return re.findall(r'\bd="([^"]+)"', words)


@pytest.mark.parametrize("name", ["icons", "favicon"])
def test_the_star_is_the_same_everywhere(name):
    assert paths_of(name) == paths_of("star") and len(paths_of(name)) == 2


def test_the_star_stands_before_the_name_of_the_shop():
    mark = render_to_string("404.html").partition('class="brand"')[2].partition("</a>")[0]
    assert re.search(r"img/icons[^\"]*\.svg#star", mark)
