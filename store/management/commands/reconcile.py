import sys
from datetime import timedelta

from django.core.management.base import BaseCommand

from store.flows.cards.watch import LOOK_BACK, catch_up
from store.flows.reconcile import reconcile
from store.payments.methods import CARDS


class Command(BaseCommand):
    help = (
        "Ask the providers of cards what they told of late, and apply it; then compare ledger, payments, orders, parcels "
        "and stock; one line per break, exit status 1 when there is any."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--days", type=int, default=LOOK_BACK.days, choices=range(1, 31), metavar="DAYS",
            help="how far back the providers are asked, after an outage (%(default)s; 30 at most)",
        )  # fmt: skip

    def handle(self, *, days: int, **options):
        if any(method.is_there for method in CARDS.values()):
            new = catch_up(look_back=timedelta(days=days))
            self.stdout.write(f"New from the providers of cards: {new}.")
        breaks = reconcile()
        for found in breaks:
            self.stdout.write(found)
        if breaks:
            sys.exit(1)
        self.stdout.write("Everything agrees.")
