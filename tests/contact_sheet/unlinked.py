"""What no address leads to: `python -m tests.contact_sheet.unlinked <language> <token>` prints, as JSON, the HTML of the page
for a fault, of the one while the shop is closed, and of the mail to the buyer of this order. In the settings of the shop."""

import json
import sys

import django

KINDS = ("fault", "closed", "mail")


def main(language: str, token: str) -> None:
    django.setup()
    from django.test import RequestFactory
    from django.utils import translation

    from store.flows import mails
    from store.models import Order, OutboxMessage
    from store.shopfront import errors

    about = Order.objects.get(token=token).pk
    with translation.override(language):
        request = RequestFactory().get(f"/{language}/")
        shown = [answer(request).content.decode() for answer in (errors.server_error, errors.closed)]
    mail = mails.compose(OutboxMessage(kind=mails.ORDER_RECEIVED, about_id=about, language=language))
    print(json.dumps(dict(zip(KINDS, [*shown, mail.html], strict=True))))


if __name__ == "__main__":
    main(*sys.argv[1:])
