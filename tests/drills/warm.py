"""The shop's WSGI application after its first pages, so that a process forked from this one answers at full speed at once."""

from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.template.loader import get_template
from django.test import Client

application = get_wsgi_application()


def warm_up() -> None:
    [folder] = settings.TEMPLATES[0]["DIRS"]
    for path in Path(folder).rglob("*.html"):
        get_template(str(path.relative_to(folder)))
    visitor = Client(HTTP_HOST="127.0.0.1")
    for page in ("panier", "commande", "boutique"):
        visitor.get(f"/en/{page}/")
    connections.close_all()  # a connection must not be shared with the processes that are forked from here


warm_up()
