import errno

from django.core.management.base import BaseCommand, CommandError

from store.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    help = "Fill an empty shop with the demonstration's cooperatives, products, pages and orders."

    def handle(self, **options):
        if is_loaded():
            self.stdout.write("The shop has content already; nothing was loaded.")
            return
        try:
            loaded = load_demo()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            message = (
                "Somebody listens where cards are paid while orders are loaded: choose another port by PROVIDER_PORT."
            )
            raise CommandError(message) from None
        self.stdout.write(", ".join(f"{count} {name}" for name, count in loaded.items()))
