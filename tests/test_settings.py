"""Production refuses to start rather than run unsafely."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from store.models import Commune, Order, User

GOOD = {
    "SECRET_KEY": "q3v-8Zt1xw_0bJkLr7MnYc5dHs2FgPa9UeTiOoQy64-Rj8Kz1VxWm",
    "ALLOWED_HOSTS": "shop.example.org",
    "SITE_URL": "https://shop.example.org",
    "OPERATOR_NAME": "Fédération",
    "OPERATOR_SEAT": "Meknès",
    "CNDP_RECEIPT": "D-W-0/2026",
}
ROOT = Path(__file__).parent.parent


#: Made here, because no key is written down anywhere.
LIVE, TEST, HOOK = ("_".join(kind) + "_" + "a1B2" * 6 for kind in (("sk", "live"), ("sk", "test"), ("whsec",)))
CARDS = (
    "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRETS", "STRIPE_API_BASE", "STRIPE_PAY_ORIGIN",
    "CMI_CLIENT_ID", "CMI_STORE_KEY", "CMI_PAGE",
)  # fmt: skip


def production(monkeypatch, **variables) -> dict:
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DEBUG", *CARDS):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**GOOD, **variables}.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    return runpy.run_module("store.settings.production")


def test_production_starts_with_good_settings_and_safe_ones_of_its_own(monkeypatch):
    settings = production(monkeypatch)

    assert settings["DEBUG"] is False
    assert settings["IS_DEMONSTRATION"] is False
    assert (
        settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is settings["SECURE_SSL_REDIRECT"] is True
    )
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["SERVE_MEDIA"] is False


def test_production_takes_cards_with_real_keys(monkeypatch):
    settings = production(
        monkeypatch, STRIPE_SECRET_KEY=LIVE, STRIPE_WEBHOOK_SECRETS=f"{HOOK},{HOOK}x", CMI_CLIENT_ID="600", CMI_STORE_KEY="k"
    )  # fmt: skip
    assert settings["STRIPE_WEBHOOK_SECRETS"] == [HOOK, f"{HOOK}x"]


@pytest.mark.parametrize(
    ("variable", "variables"),
    [
        ("STRIPE_SECRET_KEY", {"STRIPE_SECRET_KEY": TEST, "STRIPE_WEBHOOK_SECRETS": HOOK}),
        ("STRIPE_SECRET_KEY", {"STRIPE_SECRET_KEY": TEST.replace("sk", "rk", 1), "STRIPE_WEBHOOK_SECRETS": HOOK}),
        ("STRIPE_WEBHOOK_SECRETS", {"STRIPE_SECRET_KEY": LIVE}),
        ("STRIPE_WEBHOOK_SECRETS", {"STRIPE_SECRET_KEY": LIVE, "STRIPE_WEBHOOK_SECRETS": "secret"}),
        ("STRIPE_API_BASE", {"STRIPE_API_BASE": "http://127.0.0.1:8020"}),
        ("STRIPE_PAY_ORIGIN", {"STRIPE_PAY_ORIGIN": "http://checkout.stripe.com"}),
        ("STRIPE_PAY_ORIGIN", {"STRIPE_PAY_ORIGIN": "https://checkout.stripe.com/"}),
        ("CMI_STORE_KEY", {"CMI_CLIENT_ID": "600000000"}),
        ("CMI_PAGE", {"CMI_CLIENT_ID": "600", "CMI_STORE_KEY": "k", "CMI_PAGE": "https://testpayment.cmi.co.ma/fim/est3Dgate"}),
    ],
)  # fmt: skip
def test_production_refuses_keys_with_which_nobody_pays_or_everybody_could(monkeypatch, variable, variables):
    with pytest.raises(ImproperlyConfigured, match=variable) as refused:
        production(monkeypatch, **variables)
    assert not any(value in str(refused.value) for value in variables.values() if len(value) > 20)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", None), ("SECRET_KEY", ""), ("SECRET_KEY", "short"), ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-" + GOOD["SECRET_KEY"]),
        ("DEBUG", "1"), ("DEBUG", "true"),
        ("ALLOWED_HOSTS", None), ("ALLOWED_HOSTS", ""), ("ALLOWED_HOSTS", "*"), ("ALLOWED_HOSTS", "shop.example.org,*"),
        ("SITE_URL", None), ("SITE_URL", "http://shop.example.org"), ("SITE_URL", "shop.example.org"),
    ],
)  # fmt: skip
def test_production_refuses_to_start_unsafely_and_names_the_variable(monkeypatch, variable, value):
    with pytest.raises(ImproperlyConfigured, match=variable):
        production(monkeypatch, **{variable: value})


def manage(tmp_path, *command, **variables) -> subprocess.CompletedProcess:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name not in {*GOOD, "DEBUG", "DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    }
    environment = {**inherited, "DJANGO_SETTINGS_MODULE": "store.settings.production", "VAR_DIR": str(tmp_path), **GOOD}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        env={**environment, **variables},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_djangos_own_check_of_a_deployment_has_nothing_to_say(tmp_path):
    checked = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING")

    assert (checked.returncode, checked.stdout) == (0, "System check identified no issues (1 silenced).\n"), (
        checked.stderr
    )


def test_the_check_of_a_deployment_names_each_thing_that_the_legal_pages_miss(tmp_path):
    missing = ("OPERATOR_NAME", "OPERATOR_SEAT", "CNDP_RECEIPT")
    checked = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **dict.fromkeys(missing, ""))

    assert checked.returncode == 1
    assert all(f"{variable} is empty" in checked.stderr for variable in missing)


def test_djangos_own_check_would_speak_up(tmp_path):
    """The control of the test above: the settings of the demonstration do not pass."""
    checked = manage(
        tmp_path, "check", "--deploy", "--fail-level", "WARNING", DJANGO_SETTINGS_MODULE="store.settings.demo"
    )

    assert checked.returncode == 1
    assert "security.W012" in checked.stderr


@pytest.mark.django_db
def test_the_demonstration_refuses_to_load_into_a_real_shop(monkeypatch, settings):
    settings.IS_DEMONSTRATION = production(monkeypatch)["IS_DEMONSTRATION"]

    with pytest.raises(ImproperlyConfigured):
        call_command("load_demo")

    assert (User.objects.exists(), Order.objects.exists(), Commune.objects.count()) == (False, False, 1503)
