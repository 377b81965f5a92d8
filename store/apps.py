from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "store"
    verbose_name = "Store"

    def ready(self):
        from catalog.stock.history import HELD_BACK_BY

        from . import checks  # noqa: F401
        from .flows.live_figures import register_all  # models are there only now
        from .flows.reviews import write_mails_of_reviews
        from .recalls.queries import is_recalled

        register_all()
        HELD_BACK_BY.append(is_recalled)
        write_mails_of_reviews()
