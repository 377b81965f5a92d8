from django.core.management.base import BaseCommand

from store.demo.load import is_loaded, load_demo


class Command(BaseCommand):
    help = "Fill an empty shop with the demonstration's cooperatives, products, pages and orders."

    def handle(self, **options):
        if is_loaded():
            self.stdout.write("The shop has content already; nothing was loaded.")
            return
        self.stdout.write(", ".join(f"{count} {name}" for name, count in load_demo().items()))
