import secrets

from django.db import models
from django.db.models.functions import Now


def new_token() -> str:
    """A name nobody can guess: 128 random bits."""
    return secrets.token_urlsafe(16)


class Cart(models.Model):
    """What somebody means to buy. It holds nothing; placing the order does. Closed once it has become an order."""

    token = models.CharField(max_length=32, unique=True, default=new_token)
    commune = models.ForeignKey("store.Commune", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    voucher = models.ForeignKey("store.Voucher", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    order = models.OneToOneField("store.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="cart")
    touched_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self):
        return f"cart {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.order_id is None


class CartLine(models.Model):
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cartline_variant_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="cartline_quantity_positive"),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.variant_id}"
