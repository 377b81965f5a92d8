import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from store.flows.tick import tick


class Command(BaseCommand):
    help = "Do what is due by the clock: lapse unconfirmed orders, end holds, send mails, publish scheduled pages."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS", help="go on for ever, at this pace")

    def handle(self, *, every: int, **options):
        while True:
            done = {name: count for name, count in tick().items() if count}
            if done or not every:
                self.stdout.write(", ".join(f"{count} {name}" for name, count in done.items()) or "nothing was due")
            if not every:
                return
            time.sleep(every)
            close_old_connections()  # a database that was restarted is met with a new connection
