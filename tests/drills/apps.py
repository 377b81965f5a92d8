import os

from django.apps import AppConfig


class Drills(AppConfig):
    """In the processes of a drill: nothing but what the drill asked for by the environment."""

    name = "tests.drills"

    def ready(self):
        from . import controls  # here, because it looks at models

        for guard in filter(None, os.environ.get("DRILL_WITHOUT", "").split(",")):
            controls.TAKE_OUT[guard]()
