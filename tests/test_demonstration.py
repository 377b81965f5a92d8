"""The demonstration's settings: secrets of each machine's own, and a provider of cards where the repository has one."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ASKED = ("SECRET_KEY", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS", "STRIPE_API_BASE", "CMI_STORE_KEY", "CMI_PAGE")


def settings_of(var: Path, root: Path = ROOT, **variables) -> dict:
    script = f"import json, store.settings.demo as its; print(json.dumps([getattr(its, name) for name in {ASKED}]))"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "CMI_"))}
    environment = {**inherited, "VAR_DIR": str(var), "PYTHONPATH": str(root), **variables}
    asked = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    return dict(zip(ASKED, json.loads(asked.stdout), strict=True))


def test_no_two_demonstrations_share_a_key_and_each_keeps_its_own(tmp_path):
    first, second = settings_of(tmp_path / "a"), settings_of(tmp_path / "b")
    secrets = [name for name in ASKED if name.endswith(("KEY", "SECRETS"))]

    assert all(first[name] != second[name] for name in secrets)
    assert settings_of(tmp_path / "a") == first
    assert first["STRIPE_SECRET_KEY"].startswith("sk_test_")
    assert all(file.stat().st_mode & 0o77 == 0 for file in (tmp_path / "a").iterdir())


def test_a_real_key_that_lies_about_reaches_no_demonstration(tmp_path):
    its = settings_of(tmp_path, PORT="8400", STRIPE_SECRET_KEY="sk_live_of_somebody", STRIPE_API_BASE="")

    assert "sk_live" not in str(its)
    assert (its["STRIPE_API_BASE"], its["CMI_PAGE"]) == (
        "http://127.0.0.1:8420", "http://127.0.0.1:8420/fim/est3Dgate",
    )  # fmt: skip


def test_a_test_key_has_stripe_itself_asked_and_a_real_one_is_refused(tmp_path):
    its = settings_of(tmp_path, STRIPE_TEST_KEY="sk_test_of_somebody", STRIPE_WEBHOOK_SECRETS="whsec_of_the_day")

    assert (its["STRIPE_SECRET_KEY"], its["STRIPE_API_BASE"]) == ("sk_test_of_somebody", "")
    assert its["STRIPE_WEBHOOK_SECRETS"] == ["whsec_of_the_day"]
    with pytest.raises(subprocess.CalledProcessError) as refused:
        settings_of(tmp_path, STRIPE_TEST_KEY="sk_live_of_somebody")
    assert "sk_test_" in refused.value.stderr and "sk_live_of_somebody" not in refused.value.stderr


def test_a_copy_without_the_local_provider_takes_no_cards(tmp_path):
    shutil.copytree(ROOT / "store" / "settings", tmp_path / "store" / "settings")

    its = settings_of(tmp_path / "var", root=tmp_path)

    assert (its["STRIPE_SECRET_KEY"], its["CMI_STORE_KEY"]) == ("", "")
