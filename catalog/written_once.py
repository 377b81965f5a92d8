from django.db import models


class WrittenOnce(models.Model):
    """A row that tells what happened. Where it was wrong another one is written; columns that go on do so by `update`."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} is never edited; write another one.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError(f"{type(self).__name__} is never deleted; write another one.")
