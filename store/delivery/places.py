"""Find a commune as people write it, in French or Arabic."""

from catalog.text_folding import fold

from .models import Commune

#: Suggestions shown at once.
MOST = 12


def communes_matching(text: str) -> list[Commune]:
    """Communes whose name begins with the text, then those that contain its words; provinces count too.

    Of names that match alike the shortest comes first: Meknès before Meknassa Acharqia.
    """
    folded = fold(text[:80])
    if len(folded) < 2:
        return []
    communes = Commune.objects.select_related("province__region")
    found = communes.all()
    for word in folded.split()[:5]:
        found = found.filter(search_text__contains=word)
    candidates = sorted(found, key=lambda commune: (_distance(commune, folded), len(commune.name), commune.name))
    return candidates[:MOST]


def the_commune(text: str) -> Commune | None:
    """The one commune that bears exactly this name; None when there is none or several do."""
    folded = fold(text[:80])
    same = [c for c in communes_matching(text) if folded in (fold(c.name_fr or ""), fold(c.name_ar or ""))]
    return same[0] if len(same) == 1 else None


def search_text_of(*names: str) -> str:
    """What `communes_matching` looks in: the folded names of a commune and its province."""
    folded = " ".join(fold(name) for name in names if name)
    # The census writes "My Idriss" for Moulay Idriss; people write it out.
    return (f"{folded} moulay" if "my" in folded.split() else folded)[:200]


def _distance(commune: Commune, folded: str) -> int:
    names = [fold(commune.name_fr or ""), fold(commune.name_ar or "")]
    if folded in names:
        return 0
    if any(name.startswith(folded) for name in names):
        return 1
    return 2 if any(folded in name for name in names) else 3
