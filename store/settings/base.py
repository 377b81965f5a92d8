"""What every environment shares. The other files of this folder only switch."""

import gc
from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# Where the database, the media and the mails of a local shop are kept.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# Almost all that a process makes when it starts stays. To look for garbage in it after each 700 objects takes a tenth of the
# time that a start takes.
gc.set_threshold(50_000, 20, 50)

# -- The shop ---------------------------------------------------------------------------------------------------------
SITE_NAME = env.str("SITE_NAME", default="Twiza")
# The same name in the scripts of the country: Arabic pages and mails use theirs, the footer shows them side by side.
SITE_NAMES = {
    **dict.fromkeys(["fr", "en"], SITE_NAME),
    "ar": env.str("SITE_NAME_AR", default="تويزة"),
    "zgh": env.str("SITE_NAME_ZGH", default="ⵜⵡⵉⵣⴰ"),
}
# The address that links in mails begin with; never taken from a request.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="bonjour@twiza.example")
# What the contact page shows beside the form; empty: nothing. WhatsApp opens a chat with this number too.
CONTACT_PHONE = env.str("CONTACT_PHONE", default="")
# Messages from the contact page are deleted so many days after they were answered, or, where nobody noted an answer, after
# they were written.
CONTACT_MESSAGE_DAYS = env.int("CONTACT_MESSAGE_DAYS", default=365)
CONTACT_UNANSWERED_DAYS = env.int("CONTACT_UNANSWERED_DAYS", default=730)
# Federation staff who get a copy of each new order; empty: nobody.
ORDERS_EMAIL = env.str("ORDERS_EMAIL", default="")
# Who runs the site, for the legal notice and the page on personal data, which show what is set.
OPERATOR = {
    fact: env.str(f"OPERATOR_{fact.upper()}", default="")
    for fact in ("name", "seat", "registration", "director", "phone", "host")
}
# Number of the receipt that the CNDP gave for the declaration of personal data (law 09-08).
CNDP_RECEIPT = env.str("CNDP_RECEIPT", default="")
# A quiet line on each page says that prices, people and orders are a demonstration; its cards move no money.
IS_DEMONSTRATION = HAS_LOCAL_PROVIDER = False

# Closed for work on it: every address answers with a page that says so (503), and the database is left alone.
CLOSED = env.bool("CLOSED", default=False)

# The page that shows every component of the pages, for those who build them; production.py leaves it off.
SHOW_GALLERY = True

# Until a cooperative has confirmed it by phone, an order paid on delivery holds its stock for so many hours.
CONFIRMATION_HOURS = env.int("CONFIRMATION_HOURS", default=48)
# Orders still to be confirmed that one phone number may have at a time.
UNCONFIRMED_ORDERS_PER_PHONE = env.int("UNCONFIRMED_ORDERS_PER_PHONE", default=3)
# A parcel of which nothing was heard for so many days after it left is on the staff's list.
OUTCOME_DAYS = env.int("OUTCOME_DAYS", default=7)
# An order paid by bank transfer holds its stock until the end of so many working days after it was placed.
TRANSFER_DAYS = env.int("TRANSFER_DAYS", default=3)
# An order paid by card: for so many minutes the provider's page is open (Stripe: 30 at least), for so many more the stock
# is kept, and for so many hours the buyer may begin anew. An order whose provider gives no answer lapses so much later.
CARD_MINUTES = env.int("CARD_MINUTES", default=35)
CARD_MARGIN_MINUTES = env.int("CARD_MARGIN_MINUTES", default=10)
CARD_HOURS = env.int("CARD_HOURS", default=24)
CARD_GRACE_HOURS = env.int("CARD_GRACE_HOURS", default=2)
# Cards: Stripe's secret key and the secrets of its callbacks (two while one is replaced), CMI's number of the shop and its key.
# Without them there is no payment by card. The addresses are changed for a provider on this machine alone.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="")
STRIPE_PAY_ORIGIN = env.str("STRIPE_PAY_ORIGIN", default="https://checkout.stripe.com")
CMI_CLIENT_ID = env.str("CMI_CLIENT_ID", default="")
CMI_STORE_KEY = env.str("CMI_STORE_KEY", default="")
CMI_PAGE = env.str("CMI_PAGE", default="https://payment.cmi.co.ma/fim/est3Dgate")
# Where transfers go: the 24 digits of the RIB, the bank and the holder of the account. Without a RIB there is no transfer.
BANK_RIB = env.str("BANK_RIB", default="")
BANK_NAME = env.str("BANK_NAME", default="")
BANK_HOLDER = env.str("BANK_HOLDER", default="")
# Whoever looks after money that fits no order has so many days for it.
MONEY_TASK_DAYS = env.int("MONEY_TASK_DAYS", default=3)
# So many days after the delivery a buyer may ask to give something back. Law 31-08 gives seven.
RETURN_DAYS = env.int("RETURN_DAYS", default=7)
# From so many dirhams on, nobody asks for a refund and approves it, or approves and pays it, alone.
SECOND_PERSON_ABOVE = env.int("SECOND_PERSON_ABOVE", default=500)
# So many days after a refund was paid or refused, the buyer's bank account is forgotten.
RIB_DAYS = env.int("RIB_DAYS", default=30)
# An invitation to work for a cooperative is good for so many days.
INVITATION_DAYS = env.int("INVITATION_DAYS", default=7)
# Who is at work on a shared telephone is asked anew after so many seconds without a page.
SHARED_PHONE_IDLE = env.int("SHARED_PHONE_IDLE", default=30 * 60)
# So many days after a part of an order has ended, its cooperative no longer sees who ordered it.
BUYER_SHOWN_DAYS = env.int("BUYER_SHOWN_DAYS", default=30)
# So many days after an application was refused, it is deleted.
APPLICATION_DAYS = env.int("APPLICATION_DAYS", default=90)
# A document of a cooperative that has ended keeps its products on sale for so many days more.
EVIDENCE_GRACE_DAYS = env.int("EVIDENCE_GRACE_DAYS", default=14)
# Carts that nobody touched for so many days are deleted.
CART_DAYS = 30

# -- Application ------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "modeltranslation",  # before whatever registers translated models
    "store",
    "cms",
    "catalog",
    "wagtail_localize",  # without its `locales`: the languages are a setting, and no tree is copied as aliases
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "django_htmx",
    "csp",
    "phonenumber_field",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "store.logs.RequestLog",
    "store.health.Health",
    "django.middleware.security.SecurityMiddleware",
    "store.middleware.CompressedPages",
    "store.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "store.middleware.Closed",
    "store.middleware.BusyDatabase",
    "store.middleware.OwnCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "store.middleware.PathLanguage",
    "store.middleware.WordedRefusals",
    "store.middleware.BrokenForms",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "store.urls"
WSGI_APPLICATION = "store.wsgi.application"
AUTH_USER_MODEL = "store.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "store.context_processors.shop",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "store.templatetags.shop",
                "store.templatetags.found",
                "store.templatetags.legal",
                "store.templatetags.reviews",
            ],
        },
    },
]

# Fields are drawn by templates/django/forms/field.html, the same everywhere.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- Database: one short transaction per write path, persistent connections (docs/decisions/0003) ---------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'twiza.sqlite3'}")}
DATABASES["default"].update({"ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    _OPTIONS = {
        "transaction_mode": "IMMEDIATE",  # a transaction that reads first would else fail at its first write
        "timeout": 15,  # seconds; who waits for the one writer is not served in turn, and some wait long in a rush
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _OPTIONS = {"options": "-c lock_timeout=5s -c statement_timeout=15s", "connect_timeout": 3}
DATABASES["default"]["OPTIONS"] = {**_OPTIONS, **DATABASES["default"].get("OPTIONS", {})}

# Local, each process counts the rate limits for itself: several processes share them through CACHE_URL.
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
_CACHE_OPTIONS = {
    "django.core.cache.backends.locmem.LocMemCache": {"MAX_ENTRIES": 100_000},  # 300 would soon forget who asked
    "django.core.cache.backends.redis.RedisCache": {"socket_connect_timeout": 1, "socket_timeout": 1},
}.get(CACHES["default"]["BACKEND"], {})
CACHES["default"]["OPTIONS"] = {**_CACHE_OPTIONS, **CACHES["default"].get("OPTIONS", {})}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- Rate limits: how often one network (log_in_account: one account) may do it, in so many seconds. -------------------
# RATE_LIMIT_CHECKOUT=50/3600 changes one.
RATE_LIMITS = {
    name: tuple(map(int, env.str(f"RATE_LIMIT_{name.upper()}", default=often).split("/")))
    for name, often in {
        "checkout": "20/3600",
        "order": "60/60",
        "add_to_cart": "60/60",
        "search": "60/60",
        "contact": "10/3600",
        "application": "10/3600",
        "voucher": "10/3600",
        "return": "10/3600",
        "refund": "10/3600",
        "pay": "30/3600",
        "table": "60/3600",
        "log_in": "20/60",
        "log_in_account": "5/300",
    }.items()
}
# Proxies of our own in front of the server: only so many entries at the end of X-Forwarded-For are believed.
TRUSTED_PROXY_HOPS = env.int("TRUSTED_PROXY_HOPS", default=0)

# -- Languages --------------------------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Africa/Casablanca"
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("ar", "العربية"), ("en", "English")]
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [BASE_DIR / "store" / "locale"]
FORMAT_MODULE_PATH = "store.formats"
# Tamazight is an extra field of names, not a language of the site: /zgh/ is a 404.
MODELTRANSLATION_LANGUAGES = ("fr", "ar", "en", "zgh")
MODELTRANSLATION_DEFAULT_LANGUAGE = "fr"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("fr", "en", "ar")

# -- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Documents of cooperatives: beside the media, so that no web server that serves these ever hands one out.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "private",
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "store.stylesheets.BundledStaticFiles"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nothing asks for the others, and each would be compressed as well
SERVE_MEDIA = False

# -- Wagtail ----------------------------------------------------------------------------------------------------------
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "cms.rich_text.RichTextArea"}}
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "catalog.ShopImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "catalog.media.forms.PictureForm"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
WAGTAILDOCS_DOCUMENT_MODEL = "catalog.ShopDocument"
# Documents are PDF, and are kept by who presses them: no browser opens one as a page of the shop.
WAGTAILDOCS_EXTENSIONS = ["pdf"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "catalog.media.forms.DocumentForm"
WAGTAILDOCS_INLINE_CONTENT_TYPES = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
LARGEST_DOCUMENT = 20 * 1024 * 1024
LARGEST_EVIDENCE = 5 * 1024 * 1024
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
# Milliseconds after the last change. Half a second, as Wagtail has it, saves at each pause between two words, redraws parts
# of the form under the pointer, and on a slow line is still saving an older state when somebody submits.
WAGTAIL_AUTOSAVE_INTERVAL = 4000
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # who reviews is in a group
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True
# A slug is the same in every language, and localize writes it in plain letters.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# A translation begins as a draft: it holds the source's words until somebody translates them.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# What the admin's scripts are answered with; the pages that Django REST framework draws are not installed.
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}

# First words of addresses that belong to the shop: no page may take them (a test compares them with store/urls.py).
RESERVED_SLUGS = {
    "adherer", "admin", "boutique", "commande", "compte", "documents", "espace", "lot", "lots", "media", "panier", "recherche",
    "static", "communes", "composants", "webhooks", "hors-ligne", "django-admin", "livez", "readyz", "api", "_util",
    "conditions", "confidentialite", "cookies", "charte", "livraison", "mentions-legales", "paiement", "retours",
}  # fmt: skip

# -- People -----------------------------------------------------------------------------------------------------------
PHONENUMBER_DEFAULT_REGION = "MA"
PHONENUMBER_DB_FORMAT = "E164"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Staff and editors log in with a user name, members of cooperatives with a telephone or an e-mail. The limits are our own.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "store.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_RATE_LIMITS = False
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds that a link for a new password is good for
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# -- Mail -------------------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <{CONTACT_EMAIL}>")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 10

# -- Log: everything to the console; what broke with its traceback ----------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "store.logs.Lines", "format": "{levelname} {name}: {message}", "style": "{"},
        "json": {"()": "store.logs.JsonLines"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "lines"},
        "warnings": {"class": "logging.StreamHandler", "formatter": "lines", "level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Pages that do not exist and forms that were refused are answers, not faults.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        # A line for each request is for shops that somebody watches (production.py).
        "store.requests": {"level": "WARNING"},
        # Papers are drawn in many steps, each with a line.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # A line for each page that is saved, each task that went well, each question to Stripe would hide the rest.
        **{
            name: {"handlers": ["warnings"], "propagate": False}
            for name in ("wagtail", "django_tasks", "django_tasks_db", "stripe")
        },
    },
}

# -- Security: the public policy is strict and without nonces, so that pages stay the same for everybody --------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail allows its own previews, which the admin shows in a frame
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "store.shopfront.errors.csrf_failure"
CART_COOKIE_NAME = "cart"
LOGIN_REDIRECT_URL = "/"  # after a log-in or a password that does not say where to
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a page of 300 blocks has about 3,000
