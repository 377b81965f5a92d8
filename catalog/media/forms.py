from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from .uploads import checked_document, prepared


class PictureField(WagtailImageField):
    """Worded when it is shown: Wagtail words it when the server starts, in whatever language that is in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.error_messages["invalid_image_extension"] = _("Choose a JPEG, PNG, WebP or AVIF picture.")
        self.help_text = format_lazy(_("JPEG, PNG, WebP or AVIF, at most {} MB."), self.max_upload_size // 1024**2)

    def check_image_pixel_size(self, file):
        """Prepare the picture here, so that the form says what is wrong with it.

        Wagtail's own check decodes a picture of any size to learn how large it is, and fails on a damaged one.
        """
        file.prepared = prepared(file)
        file.seek(0)


class PictureForm(BaseImageForm):
    file = PictureField(label=_("File"), widget=BaseImageForm.Meta.widgets["file"])


class DocumentForm(BaseDocumentForm):
    def clean_file(self):
        file = self.cleaned_data["file"]
        return checked_document(file) if "file" in self.changed_data else file
