"""How tasks run while tests do: at once."""

from django_tasks.backends.immediate import ImmediateBackend

#: Each save of a page, a picture or a product enqueues both.
OF_INDEXES = {"modelsearch.tasks.insert_or_update_object_task", "wagtail.tasks.update_reference_index_task"}


class AtOnce(ImmediateBackend):
    """Wagtail's indexes, of words to search for and of what refers to what, are kept only where a test looks into them.

    To keep them takes a ninth of the time of the tests of pages. Such a test is marked `indexed`, journeys are by folder.
    """

    keeps_indexes = True

    def enqueue(self, task, args, kwargs):
        if self.keeps_indexes or task.module_path not in OF_INDEXES:
            return super().enqueue(task, args, kwargs)
        return None
