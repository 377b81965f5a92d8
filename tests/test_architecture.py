"""What the import linter cannot see: relations between tables, addresses, exports, the length of files."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parent.parent
LAYERS = ["catalog", "cms", "store"]  # each may point to those before it
LONGEST_FILE = 400


def relations():
    """Every relation of our models, as `(model, field, target)`."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in LAYERS:
            for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
                if field.is_relation and field.related_model:
                    yield model, field, field.related_model


def points_up(model, target, layers=LAYERS) -> bool:
    ours = target._meta.app_label in layers
    is_user = target._meta.label == settings.AUTH_USER_MODEL
    return ours and not is_user and layers.index(target._meta.app_label) > layers.index(model._meta.app_label)


def test_no_table_points_to_a_higher_package():
    assert [
        f"{model._meta.label}.{field.name}" for model, field, target in relations() if points_up(model, target)
    ] == []


def test_a_relation_that_points_up_would_be_seen():
    """The control of the test above: were the layers the other way round, most relations would point up."""
    upside_down = LAYERS[::-1]

    found = {model._meta.label for model, _, target in relations() if points_up(model, target, upside_down)}

    assert {"store.CartLine", "store.OrderLine", "store.CooperativeOrder"} <= found


def first_words(patterns) -> set[str]:
    """The fixed first words of addresses; behind a language's prefix, the word after it."""
    words = set()
    for pattern in patterns:
        route = str(pattern.pattern)
        if isinstance(pattern, URLResolver) and (route == "" or hasattr(pattern.pattern, "prefix_default_language")):
            is_wagtails = getattr(pattern.urlconf_name, "__name__", "") == "wagtail.urls"
            words |= set() if is_wagtails else first_words(pattern.url_patterns)
        elif isinstance(pattern, URLPattern | URLResolver) and getattr(pattern, "name", "") != "wagtail_serve":
            words.add(route.lstrip("^").partition("/")[0])
    return {word for word in words if word and "<" not in word and "." not in word}  # a slug has no dot


def test_every_first_word_of_an_address_is_reserved():
    words = first_words(get_resolver().url_patterns)

    assert {"admin", "boutique", "panier", "commande"} <= words
    assert words - settings.RESERVED_SLUGS == set()


@pytest.mark.parametrize("label", ["catalog", "store"])
def test_every_model_is_exported_where_django_looks(label):
    exported = set(importlib.import_module(f"{label}.models").__all__)

    assert {model.__name__ for model in apps.get_app_config(label).get_models()} - exported == set()


def test_no_file_is_longer_than_400_lines():
    ours = [
        path
        for folder in (*LAYERS, "tests", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt", ".css", ".js"}
        and not {"migrations", "vendor", "var"} & set(path.parts)
        and ".min." not in path.name
    ]

    assert len(ours) > 100
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in ours}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("tool", ["tests.lighthouse", "tests.contact_sheet"])
def test_what_only_people_run_starts(tool):
    """Nothing else notices when these cannot even be imported: by themselves, where no settings were named for them."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    started = subprocess.run(
        [sys.executable, "-m", tool, "--help"], cwd=ROOT, env=environment, check=False, capture_output=True
    )
    assert started.returncode == 0, started.stderr.decode()
