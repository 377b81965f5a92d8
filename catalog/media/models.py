from functools import partial

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from .tasks import make_renditions
from .uploads import prepared


class ShopImage(AbstractImage):
    """A picture as the shop keeps it: at most 2400 px, upright, without metadata, under a random name."""

    color_class = models.PositiveSmallIntegerField(_("dominant color"), default=0, editable=False)
    # Whose it is, where its people uploaded it; empty for what editors and staff put in.
    cooperative = models.ForeignKey(
        "catalog.Cooperative", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    # Made by the browser: an upload that was sent twice, because its answer was lost, is one picture.
    upload_key = models.CharField(max_length=36, null=True, editable=False)

    admin_form_fields = Image.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = [
            models.CheckConstraint(condition=models.Q(color_class__lt=64), name="image_color_class_known"),
            models.UniqueConstraint(fields=["cooperative", "upload_key"], name="image_uploaded_once"),
        ]

    @classmethod
    def sent_by(cls, cooperative, file, *, title: str, by, upload_key: str | None = None) -> "ShopImage":
        """Keep a picture that somebody of a cooperative uploaded."""
        return cls.objects.create(
            title=title[:255], file=file, cooperative=cooperative, uploaded_by_user=by, upload_key=upload_key
        )

    def get_upload_to(self, filename):
        return f"originals/{filename}"

    def save(self, *args, **kwargs):
        is_new_file = bool(self.file) and not self.file._committed
        if is_new_file:
            self.file, self.color_class = getattr(self.file.file, "prepared", None) or prepared(self.file)
            self._set_image_file_metadata()
        super().save(*args, **kwargs)
        if is_new_file:
            transaction.on_commit(partial(make_renditions.enqueue, self.pk))


class ShopRendition(AbstractRendition):
    image = models.ForeignKey(ShopImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once"),
        ]

    def get_upload_to(self, filename):
        return f"pictures/{filename}"


class SharePicture(models.Model):
    """What a messenger shows of a link to a product, a cooperative or a page, in one language (sharing.py draws it)."""

    #: `product:12`, `cooperative:3`, `page:7` or `shop`, which pages without a picture of their own show.
    subject = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    #: Of everything that is in the picture: another one means that it is out of date.
    fingerprint = models.CharField(max_length=32)
    file = models.FileField(upload_to="share/")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "language"], name="sharepicture_once")]

    def __str__(self):
        return f"{self.subject} {self.language}"


class ShopDocument(AbstractDocument):
    admin_form_fields = Document.admin_form_fields
