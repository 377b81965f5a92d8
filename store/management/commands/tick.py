import signal
import sys
import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from store.flows.tick import tick


class Command(BaseCommand):
    help = "Do what is due by the clock: lapse unconfirmed orders, end holds, send mails, publish scheduled pages."
    is_asleep = is_ending = False

    def add_arguments(self, parser):
        parser.add_argument("--every", type=int, default=0, metavar="SECONDS", help="go on for ever, at this pace")

    def handle(self, *, every: int, **options):
        if every:
            for asked_to_end in (signal.SIGTERM, signal.SIGINT):
                signal.signal(asked_to_end, self.end)
        while True:
            done = {name: count for name, count in tick(is_ending=lambda: self.is_ending).items() if count}
            if done or not every:
                self.stdout.write(", ".join(f"{count} {name}" for name, count in done.items()) or "nothing was due")
            if not every:
                return
            self.is_asleep = True
            if self.is_ending:  # asked only now: whoever asks from here on wakes us up
                return
            time.sleep(every)
            self.is_asleep = False
            close_old_connections()  # a database that was restarted is met with a new connection

    def end(self, *_):
        """Finish the step that is being done, so that no mail goes out that is not marked as sent; leave the others."""
        self.is_ending = True
        if self.is_asleep:
            sys.exit()
