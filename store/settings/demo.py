"""`make run`: a whole shop on this machine, over plain http, its media served by itself, its mails in a folder."""

from django.core.management.utils import get_random_secret_key

from .base import *  # noqa: F403
from .base import VAR_DIR, env

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


def _secret_key() -> str:
    """A key of this machine's own, so that no two demonstrations share one."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = _secret_key()
