"""Who works for a cooperative, and who is asked to."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from ..cooperatives.models import LANGUAGES, Cooperative


class Role(models.TextChoices):
    """What somebody does for a cooperative; `store/permissions.py` says what each may."""

    MANAGER = "manager", pgettext_lazy("role", "manager")
    SELLER = "seller", pgettext_lazy("role", "seller")
    PACKER = "packer", pgettext_lazy("role", "packer")


class CooperativeMemberQuerySet(models.QuerySet):
    def current(self):
        """Those who have not been removed."""
        return self.filter(removed_at=None)


class CooperativeMember(models.Model):
    """Somebody who works for a cooperative. Whoever is removed stays here, so that what they did keeps a name."""

    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="members"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=8, choices=Role)
    joined_at = models.DateTimeField(_("since"), db_default=Now())
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    # For a telephone that several share (shared_phones.py): who is at work there, and what they look like.
    pin = models.CharField(max_length=128, blank=True, editable=False)
    pin_failures = models.PositiveSmallIntegerField(default=0, editable=False)
    portrait = models.ForeignKey(
        "catalog.ShopImage", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    objects = CooperativeMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["cooperative", "joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cooperative", "user"], condition=Q(removed_at=None), name="member_once_per_cooperative"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known"),
        ]

    def __str__(self):
        return self.user.get_full_name() or self.user.get_username()


class Invitation(models.Model):
    """Asks somebody to work for a cooperative: a link that is good once, for some days.

    To an e-mail it goes by mail alone; to a telephone whoever invites passes it on. The link holds a signature and no
    secret of the row, so that nobody who reads the table can use it.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", pgettext_lazy("invitation", "accepted")
        WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "withdrawn")

    cooperative = models.ForeignKey(
        Cooperative, verbose_name=_("cooperative"), on_delete=models.PROTECT, related_name="invitations"
    )
    role = models.CharField(_("role"), max_length=8, choices=Role)
    name = models.CharField(_("name"), max_length=120)
    phone = PhoneNumberField(_("telephone"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("invited"), db_default=Now())
    expires_at = models.DateTimeField(_("good until"))
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    member = models.ForeignKey(
        CooperativeMember, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_known"),
            models.CheckConstraint(condition=~Q(phone="", email=""), name="invitation_reaches_somebody"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="")
                | Q(ended_at__isnull=False, outcome__in=["accepted", "withdrawn"]),
                name="invitation_ends_with_an_outcome",
            ),
        ]

    def __str__(self):
        return f"{self.name} · {self.cooperative}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def signature(self) -> str:
        """The second half of its link; the first is its number."""
        return _signer().signature(str(self.pk))

    def is_signed_by(self, signature: str) -> bool:
        """Whether a link with this signature is its own, by today's key or one that was used before."""
        try:
            _signer().unsign(f"{self.pk}:{signature}")
        except BadSignature:
            return False
        return True


class SharedPhoneQuerySet(models.QuerySet):
    def open(self):
        return self.filter(ended_at=None)


class SharedPhone(models.Model):
    """A telephone on which several people of a cooperative work. Of its secret only a digest is kept."""

    cooperative = models.ForeignKey(Cooperative, on_delete=models.PROTECT, related_name="shared_phones")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("since"), db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SharedPhoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("shared telephone")
        verbose_name_plural = _("shared telephones")
        ordering = ["-pk"]

    def __str__(self):
        return self.name


def _signer() -> Signer:
    return Signer(salt="catalog.members.invitation")
