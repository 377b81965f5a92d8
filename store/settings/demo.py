"""`make run`: a whole shop on this machine, over plain http, its media served by itself, its mails in a folder."""

from collections.abc import Callable
from secrets import token_hex

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import BASE_DIR, VAR_DIR, env

DEBUG = False
IS_DEMONSTRATION = True
SERVE_MEDIA = True
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PORT = env.str("PORT", default="8000")  # `serve` says what is wrong with it
SITE_URL = WAGTAILADMIN_BASE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}")
CONTACT_PHONE = "+212535000000"
# Invented: no bank has the code 999.
BANK_RIB = "999480000020261126000143"
BANK_NAME = "Banque de la Démonstration"
BANK_HOLDER = "Association Twiza"
ORDERS_EMAIL = "equipe@twiza.example"
OPERATOR = {
    "name": "Association Twiza",
    "seat": "7, rue de la Démonstration, Meknès",
    "registration": "",
    "director": "",
    "phone": "05 00 00 00 00",
    "host": "",
}


def _own(name: str, make: Callable[[], str]) -> str:
    """A secret of this machine's own, so that no two demonstrations share one."""
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text()


SECRET_KEY = _own("secret_key", get_random_secret_key)

# -- Cards: a provider on this machine that behaves like Stripe and CMI and moves no money; `serve` starts it. --------
# A test key of Stripe's has it asked instead (docs/stripe-checklist.md). No other key reaches a demonstration.
STRIPE_SECRET_KEY = env.str("STRIPE_TEST_KEY", default="")
CMI_CLIENT_ID = CMI_STORE_KEY = ""
HAS_LOCAL_PROVIDER = not STRIPE_SECRET_KEY and (BASE_DIR / "tests" / "providers").is_dir()
# Of one run; `serve` takes another where somebody listens there.
PROVIDER_PORT = env.int("PROVIDER_PORT", default=min(int(PORT) + 20, 65_535) if PORT.isdecimal() else 8020)
PROVIDER_STATE = VAR_DIR / "provider.json"
if HAS_LOCAL_PROVIDER:
    STRIPE_SECRET_KEY = _own("provider_key", lambda: f"sk_test_{token_hex(24)}")
    STRIPE_WEBHOOK_SECRETS = [_own("provider_webhook_secret", lambda: f"whsec_{token_hex(24)}")]
    STRIPE_API_BASE = STRIPE_PAY_ORIGIN = f"http://127.0.0.1:{PROVIDER_PORT}"
    CMI_CLIENT_ID, CMI_STORE_KEY = "600000000", _own("provider_store_key", lambda: token_hex(16))
    CMI_PAGE = f"{STRIPE_PAY_ORIGIN}/fim/est3Dgate"
elif STRIPE_SECRET_KEY and not STRIPE_SECRET_KEY.startswith(("sk_test_", "rk_test_")):
    raise ImproperlyConfigured("STRIPE_TEST_KEY must begin with sk_test_ or rk_test_: a demonstration charges nobody.")
