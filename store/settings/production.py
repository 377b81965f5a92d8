"""A real shop. It refuses to start rather than run unsafely; docs/operations.md lists the variables."""

import re

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import LOGGING, env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
SITE_URL = WAGTAILADMIN_BASE_URL = env.str("SITE_URL", default="")
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")
STRIPE_PAY_ORIGIN = env.str("STRIPE_PAY_ORIGIN", default="https://checkout.stripe.com")
CMI_CLIENT_ID = env.str("CMI_CLIENT_ID", default="")
CMI_STORE_KEY = env.str("CMI_STORE_KEY", default="")
CMI_PAGE = env.str("CMI_PAGE", default="https://payment.cmi.co.ma/fim/est3Dgate")

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-"):
    raise ImproperlyConfigured("SECRET_KEY must be a random text of at least 50 characters.")
if DEBUG:
    raise ImproperlyConfigured("DEBUG shows the shop's insides to everybody: leave it off in production.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts of the shop, separated by commas.")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must be the shop's address, beginning with https://.")
if STRIPE_SECRET_KEY and not STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
    raise ImproperlyConfigured("STRIPE_SECRET_KEY must be a key of real payments: with a test key nobody pays.")
if STRIPE_SECRET_KEY and not all(secret.startswith("whsec_") for secret in STRIPE_WEBHOOK_SECRETS or [""]):
    raise ImproperlyConfigured(
        "STRIPE_WEBHOOK_SECRETS must have the secret of the webhook: without it nothing is believed."
    )
if STRIPE_API_BASE:
    raise ImproperlyConfigured("STRIPE_API_BASE is for a provider on the same machine; leave it empty in production.")
if not re.fullmatch(r"https://[a-z0-9.-]+", STRIPE_PAY_ORIGIN):
    raise ImproperlyConfigured("STRIPE_PAY_ORIGIN must be https:// and a host, with nothing after it.")
if bool(CMI_CLIENT_ID) != bool(CMI_STORE_KEY):
    raise ImproperlyConfigured("CMI_CLIENT_ID and CMI_STORE_KEY belong together.")
if CMI_CLIENT_ID and not CMI_PAGE.startswith("https://payment.cmi.co.ma/"):
    raise ImproperlyConfigured("CMI_PAGE must be the page of real payments.")

SHOW_GALLERY = False
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CART_COOKIE_NAME = "__Host-cart"
SILENCED_SYSTEM_CHECKS = [
    # A promise to browser makers that is hard to take back, for all subdomains: each federation decides it for itself.
    "security.W021",
]

for handler in LOGGING["handlers"].values():
    handler.update({"formatter": "json", "stream": "ext://sys.stdout"})
LOGGING["loggers"]["store.requests"]["level"] = "INFO"

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
vars().update(EMAIL_CONFIG)
