"""The file of a document: checked before it is kept, and handed out to be looked at or kept, never as a page of the shop."""

import secrets
from pathlib import PurePath

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..media.uploads import checked_document, prepared

_MB = 1024**2


def prepared_file(file) -> ContentFile:
    """A PDF as it came, or a picture drawn anew without what telephones write into it; under a name of our own.

    Raises:
        ValidationError: neither of the two, damaged, or too large.
    """
    file.seek(0)
    if file.read(5) == b"%PDF-":
        whole = checked_document(file, largest=settings.LARGEST_EVIDENCE)
        return ContentFile(whole.read(), name=f"{secrets.token_urlsafe(12)}.pdf")
    if file.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        most = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE // _MB
        raise ValidationError(_("This picture is too large; at most %(most)s MB.") % {"most": most})
    try:
        return prepared(file)[0]
    except ValidationError as error:
        raise ValidationError(_("Choose a photo or a PDF of the document. %(why)s") % {"why": error.message}) from error


class EvidenceFileField(forms.FileField):
    """A photo or a PDF; what it gives is ready to be kept."""

    def __init__(self, **kwargs):
        super().__init__(
            **{
                "label": gettext_lazy("Photo or PDF"),
                "help_text": format_lazy(
                    gettext_lazy("The whole page, readable. A PDF of at most {} MB."), settings.LARGEST_EVIDENCE // _MB
                ),
                "widget": forms.FileInput({"accept": "image/*,application/pdf"}),
                "error_messages": {
                    "required": gettext_lazy("Choose a photo or a PDF of the document."),
                    "empty": gettext_lazy("This file is empty. Choose it once more."),
                },
                **kwargs,
            }
        )

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        return prepared_file(file) if file else file


def handed_out(kept: FieldFile, *, name: str) -> FileResponse:
    """A file for whoever may have it: a picture that we drew is shown, a PDF only downloaded. `name` without extension."""
    try:
        file = kept.open()
    except OSError as error:
        raise Http404("the file is gone") from error
    extension = PurePath(kept.name).suffix
    response = FileResponse(file, as_attachment=extension == ".pdf", filename=f"{name}{extension}")
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
