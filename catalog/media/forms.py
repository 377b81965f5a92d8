from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from .uploads import prepared


class PictureField(WagtailImageField):
    def check_image_pixel_size(self, file):
        """Prepare the picture here, so that the form says what is wrong with it.

        Wagtail's own check decodes a picture of any size to learn how large it is, and fails on a damaged one.
        """
        file.prepared = prepared(file)
        file.seek(0)


class PictureForm(BaseImageForm):
    file = PictureField(label=_("File"), widget=BaseImageForm.Meta.widgets["file"])
