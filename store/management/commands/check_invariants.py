import sys

from django.core.management.base import BaseCommand

from store.flows.invariants import check_invariants


class Command(BaseCommand):
    help = "Check what must be true of stock, orders, payments and mails; exit status 1 when something is not."

    def handle(self, **options):
        findings = check_invariants()
        for finding in findings:
            self.stdout.write(finding)
        if findings:
            sys.exit(1)
        self.stdout.write("All invariants hold.")
