from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from catalog.money import MoneyField
from catalog.written_once import WrittenOnce


class Holder(models.TextChoices):
    """Who holds money, owes it or is owed it."""

    BUYER = "buyer", _("buyer")
    COURIER = "courier", _("courier")
    COOPERATIVE = "cooperative", _("cooperative")
    PLATFORM = "platform", _("platform")
    BANK = "bank", _("bank and till of the platform")
    PROVIDER = "provider", _("card provider")


class Kind(models.TextChoices):
    """What an account counts."""

    DUE = "due", _("to pay")
    GOODS = "goods", _("goods")
    DELIVERY = "delivery", _("delivery")
    COMMISSION = "commission", _("commission")
    TAX = "tax", _("tax")
    DISCOUNT = "discount", _("discount")
    CASH = "cash", _("money in hand")
    REFUND_DUE = "refund_due", _("to be paid back")
    GOODWILL = "goodwill", _("goodwill")
    DIFFERENCE = "difference", _("difference")
    UNMATCHED = "unmatched", _("not matched yet")
    FEE = "fee", _("fee of the card provider")
    TAKEN_BACK = "taken_back", _("taken back, to be explained")


class Act(models.TextChoices):
    """What happened."""

    SALE = "sale", _("sale")
    RETURN = "return", _("return")
    COLLECTED = "collected", _("cash collected")
    HANDED_OVER = "handed_over", _("cash handed over")
    CARRIED_IN_VAIN = "carried_in_vain", _("parcel carried in vain")
    DIFFERENCE = "difference", _("difference")
    SETTLED = "settled", _("settled by transfer")
    TRANSFERRED = "transferred", _("transfer received")
    RECEIVED = "received", _("money of an unknown reference")
    SET_ASIDE = "set_aside", _("money that is no order's")
    OWED_BACK = "owed_back", _("owed back to the buyer")
    DELIVERY_BACK = "delivery_back", _("delivery given back")
    GOODWILL = "goodwill", _("goodwill")
    REFUNDED = "refunded", _("paid back")
    SURPLUS_BACK = "surplus_back", _("surplus given back")
    CHARGED = "charged", _("paid by card")
    FEE = "fee", _("fee of the card provider")
    REFUND_FAILED = "refund_failed", _("came back from the card’s bank")
    TAKEN_BACK = "taken_back", _("taken back by the provider")
    REINSTATED = "reinstated", _("given back by the provider")
    BORNE = "borne", _("borne after it was taken back")


class LedgerAccount(models.Model):
    """What one holder has of one kind. Above zero the holder has or owes it, below zero the holder is owed it."""

    code = models.CharField(max_length=60, unique=True)
    holder = models.CharField(max_length=12, choices=Holder)
    kind = models.CharField(max_length=12, choices=Kind)
    cooperative = models.ForeignKey(
        "catalog.Cooperative", null=True, on_delete=models.PROTECT, related_name="ledger_accounts"
    )
    courier = models.ForeignKey("store.Courier", null=True, on_delete=models.PROTECT, related_name="ledger_accounts")
    # Which one, where a provider of card payments holds it.
    provider = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder=Holder.COOPERATIVE, cooperative__isnull=False)
                | ~Q(holder=Holder.COOPERATIVE) & Q(cooperative=None),
                name="ledgeraccount_cooperative_named",
            ),
            models.CheckConstraint(
                condition=Q(holder=Holder.COURIER, courier__isnull=False) | ~Q(holder=Holder.COURIER) & Q(courier=None),
                name="ledgeraccount_courier_named",
            ),
            models.CheckConstraint(
                condition=Q(holder=Holder.PROVIDER) & ~Q(provider="") | ~Q(holder=Holder.PROVIDER) & Q(provider=""),
                name="ledgeraccount_provider_named",
            ),
            models.CheckConstraint(condition=Q(holder__in=Holder.values), name="ledgeraccount_holder_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ledgeraccount_kind_known"),
        ]

    def __str__(self):
        return self.code


class LedgerEntry(WrittenOnce):
    """Something that happened to money, with lines that add up to zero. Written once, never edited."""

    #: The same act is written once, whoever comes with it.
    key = models.CharField(max_length=80, unique=True)
    act = models.CharField(_("what happened"), max_length=16, choices=Act)
    order = models.ForeignKey("store.Order", null=True, on_delete=models.PROTECT, related_name="ledger_entries")
    part = models.ForeignKey(
        "store.CooperativeOrder", null=True, on_delete=models.PROTECT, related_name="ledger_entries"
    )
    at = models.DateTimeField(_("on"), db_default=Now(), db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    because = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="ledgerentry_act_known"),
            models.CheckConstraint(condition=Q(part=None) | Q(order__isnull=False), name="ledgerentry_part_has_order"),
        ]

    def __str__(self):
        return self.key


class LedgerLine(WrittenOnce):
    """An amount on one account."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="lines")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="lines")
    amount = MoneyField()

    class Meta:
        verbose_name = _("line of the ledger")
        verbose_name_plural = _("lines of the ledger")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "account"], name="ledgerline_account_once_per_entry"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledgerline_amount_not_zero"),
        ]

    def __str__(self):
        return f"{self.account} {self.amount:+}"


class CommissionRate(models.Model):
    """What the platform keeps of the goods' price, from a day on. The narrowest rule that is in force decides."""

    cooperative = models.ForeignKey(
        "catalog.Cooperative",
        verbose_name=_("cooperative"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commission_rates",
        help_text=_("Empty: for all."),
    )
    category = models.ForeignKey(
        "catalog.Category",
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commission_rates",
        help_text=_("Empty: for all. A category stands for those inside it too."),
    )
    since = models.DateField(_("since"))
    per_mille = models.PositiveSmallIntegerField(
        _("per thousand"), help_text=_("80 is 8 %: of 100 dirhams the platform keeps 8.")
    )

    class Meta:
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(per_mille__lte=1000), name="commissionrate_at_most_all"),
            models.UniqueConstraint(
                fields=["since"], condition=Q(cooperative=None, category=None), name="commissionrate_one_for_all"
            ),
            models.UniqueConstraint(
                fields=["cooperative", "since"],
                condition=Q(category=None),
                name="commissionrate_one_per_cooperative",
            ),
            models.UniqueConstraint(
                fields=["category", "since"], condition=Q(cooperative=None), name="commissionrate_one_per_category"
            ),
            models.UniqueConstraint(
                fields=["cooperative", "category", "since"], name="commissionrate_one_per_cooperative_and_category"
            ),
        ]

    def __str__(self):
        return f"{self.per_mille} ‰"
