"""What the pages of the local provider say, in the three languages of the shop's buyers."""

LANGUAGES = {"fr": "Français", "ar": "العربية", "en": "English"}

TEXTS = {
    "demo": (
        "Démonstration : aucun argent ne bouge. N’entrez jamais le numéro d’une vraie carte.",
        "صفحة تجريبية: لا ينتقل أي مال. لا تُدخلوا أبدا رقم بطاقة حقيقية.",
        "Demonstration: no money moves. Never enter the number of a real card.",
    ),
    "title": ("Paiement par carte", "الأداء بالبطاقة", "Card payment"),
    "order": ("Commande", "الطلبية", "Order"),
    "total": ("Total", "المجموع", "Total"),
    "which": ("Carte d’essai", "بطاقة تجريبية", "Test card"),
    "paid": ("le paiement réussit", "ينجح الأداء", "the payment succeeds"),
    "secure": ("la banque demande une confirmation", "يطلب البنك تأكيدا", "the bank asks to confirm"),
    "generic_decline": ("la banque refuse", "يرفض البنك", "the bank declines"),
    "insufficient_funds": ("solde insuffisant", "الرصيد غير كاف", "not enough money"),
    "number": ("Ou un autre numéro d’essai", "أو رقم تجريبي آخر", "Or another test number"),
    "pay": ("Payer", "أداء", "Pay"),
    "cancel": ("Annuler et revenir à la boutique", "إلغاء والعودة إلى المتجر", "Cancel and go back to the shop"),
    "back": ("Revenir à la boutique", "العودة إلى المتجر", "Back to the shop"),
    "declined": (
        "La carte a été refusée. Essayez une autre carte.",
        "رُفضت البطاقة. جرّبوا بطاقة أخرى.",
        "The card was declined. Try another one.",
    ),
    "unknown": (
        "Ce numéro n’est pas celui d’une carte d’essai.",
        "هذا ليس رقم بطاقة تجريبية.",
        "This is not the number of a test card.",
    ),
    "over": (
        "Cette page de paiement n’est plus ouverte.",
        "لم تعد صفحة الأداء هذه مفتوحة.",
        "This payment page is no longer open.",
    ),
    "done": ("Ce paiement est déjà fait.", "هذا الأداء تم من قبل.", "This payment is already done."),
    "bank": ("Confirmation de la banque", "تأكيد البنك", "Confirmation by the bank"),
    "asks": (
        "Votre banque demande si ce paiement vient de vous.",
        "يسألكم بنككم هل هذا الأداء صادر عنكم.",
        "Your bank asks whether this payment comes from you.",
    ),
    "accept": ("Confirmer le paiement", "تأكيد الأداء", "Confirm the payment"),
    "refuse": ("Refuser le paiement", "رفض الأداء", "Refuse the payment"),
    "accepted": ("Paiement accepté.", "قُبل الأداء.", "Payment accepted."),
    "refused": ("Paiement refusé.", "رُفض الأداء.", "Payment refused."),
    "again": (
        "La banque a refusé. Vous pouvez essayer encore.",
        "رفض البنك. يمكنكم المحاولة من جديد.",
        "The bank declined. You can try again.",
    ),
    "forged": (
        "La signature de cette demande est fausse : rien n’est fait.",
        "توقيع هذا الطلب غير صحيح: لم يتم أي شيء.",
        "The signature of this request is wrong: nothing is done.",
    ),
    "lost": ("Cette page n’existe pas.", "هذه الصفحة غير موجودة.", "There is no such page."),
}


def words(language: str) -> dict[str, str]:
    place = list(LANGUAGES).index(language)
    return {name: texts[place] for name, texts in TEXTS.items()}


def choose(*wishes: str | None) -> str:
    """The first language that we have; a wish is a code or a browser's whole list."""
    for wish in wishes:
        for each in (wish or "").split(","):
            code = each.partition(";")[0].strip()[:2].lower()
            if code in LANGUAGES:
                return code
    return "fr"


def apart(text: str) -> str:
    """Latin within Arabic, in one piece, where no tag can go."""
    return f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def money(centimes: int, currency: str, language: str) -> str:
    digits = f"{centimes / 100:,.2f}"
    if language == "fr":
        digits = digits.replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")
    return f"{digits}\N{NO-BREAK SPACE}{currency.upper()}"
