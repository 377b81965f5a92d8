"""Pages of products that are not on sale yet: one waits for a reviewer, one went back to its cooperative with notes."""

from catalog.models import Product
from catalog.products import drafts
from catalog.reviews import actions

from ..models import User


def load_drafts() -> None:
    said, itto = User.objects.get(phone="+212600970021"), User.objects.get(phone="+212600970022")
    waits = Product.objects.get(sale__slug="miel-eucalyptus")
    better = {
        "summary_fr": "Ambré et mentholé, récolté à la fin de l’été au bord de la Mamora",
        "summary_ar": "كهرماني بنكهة منعشة، يُجنى في آخر الصيف على مشارف المعمورة",
        "summary_en": "Amber and minty, harvested at the end of summer on the edge of the Mamora",
    }
    drafts.change(waits, _with(better), by=itto)
    drafts.submit(waits, by=itto)

    back = Product.objects.get(sale__slug="miel-jujubier")
    claims = {
        "summary_fr": "Le miel qui guérit la toux de toute la famille",
        "summary_ar": "العسل الذي يشفي سعال كل الأسرة",
    }
    drafts.change(back, _with(claims), by=said)
    drafts.submit(back, by=said)
    actions.send_back(
        back,
        seen=Product.objects.get(pk=back.pk).latest_revision_id,
        comment="Merci, il ne manque presque rien.",
        notes=[
            actions.Note("summary", "fr", "On ne promet pas de guérir : dites plutôt son goût et d’où il vient."),
            actions.Note("summary", "ar", "لا نعد بالشفاء: صفوا طعمه ومن أين يأتي."),
        ],
        by=User.objects.get(username="moderatrice"),
    )


def _with(words: dict[str, str]):
    def how(draft: Product) -> None:
        for field, text in words.items():
            setattr(draft, field, text)

    return how
