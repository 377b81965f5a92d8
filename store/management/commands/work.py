import logging
import time

from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from store.health import UNAVAILABLE

log = logging.getLogger(__name__)


class PatientWorker(Worker):
    """One that waits for a database that is locked, full or away, where the library's own ends.

    What it was doing then is not lost: each task may be done again, and the tick takes up what no task does.
    """

    def run(self) -> None:
        while self.running:
            try:
                return super().run()
            except UNAVAILABLE as error:
                log.error("database unavailable: %s", error)
                time.sleep(self.interval)


class Command(BaseCommand):
    help = "Do what pages leave for later, such as sending mails, until told to end."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=float, default=1, metavar="SECONDS", help="how often to look for tasks")

    def handle(self, *, every: float, **options):
        worker = PatientWorker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=every,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        worker.configure_signals()
        worker.run()
