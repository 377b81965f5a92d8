import sys

from django.core.management.base import BaseCommand

from store.flows.reconcile import reconcile


class Command(BaseCommand):
    help = "Compare ledger, payments, orders, parcels and stock; one line per break, exit status 1 when there is any."

    def handle(self, **options):
        breaks = reconcile()
        for found in breaks:
            self.stdout.write(found)
        if breaks:
            sys.exit(1)
        self.stdout.write("Everything agrees.")
