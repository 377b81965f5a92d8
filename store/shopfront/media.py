"""Uploaded files, served by ourselves where no web server does (the demonstration and the tests)."""

from posixpath import normpath

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe


@require_safe
def media(request, path: str):
    """A file by its random name: kept for ever by browsers, never listed, never run."""
    if not settings.SERVE_MEDIA or normpath(path).startswith("documents/"):  # these have a door of their own
        raise Http404
    try:
        file = default_storage.open(path)
    except (OSError, ValueError) as error:  # missing, a folder, or a path that leads outside
        raise Http404 from error
    response = FileResponse(file)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
