from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "store"
    verbose_name = "Store"

    def ready(self):
        from . import checks  # noqa: F401
        from .flows.live_figures import register_all  # models are there only now
        from .flows.reviews import write_mails_of_reviews

        register_all()
        write_mails_of_reviews()
