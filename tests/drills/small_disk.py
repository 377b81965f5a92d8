"""A disk of its own for the database of a drill, small enough to be filled."""

import os
import subprocess
import tempfile
from contextlib import contextmanager

from .stage import Stage

#: In megabytes. Mails and logs lie elsewhere.
SIZE = {"sqlite": 48, "postgresql": 320}


@contextmanager
def a_small_disk(stage: Stage):
    """What is made inside this block lies on it. Mounting takes root: without it, the drill has failed."""
    stage.disk.mkdir()
    size = f"size={SIZE[stage.database]}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", stage.disk], check=True)
    try:
        os.environ["DATABASE_URL"] = f"sqlite:///{stage.disk / 'twiza.sqlite3'}"
        tempfile.tempdir = str(stage.disk)  # where PostgreSQL puts itself
        yield
    finally:
        tempfile.tempdir = None
        subprocess.run(["umount", "--lazy", stage.disk], check=True)
