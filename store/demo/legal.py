"""The legal texts of the demonstration, published in three languages."""

from cms.models import LegalText

from .content import as_rich_text, read, texts


def load_legal_texts() -> None:
    for row in read("legal")["text"]:
        bodies = {field: as_rich_text(body) for field, body in texts(row, "body").items()}
        text = LegalText.objects.create(kind=row["kind"], live=False, **texts(row, "title"), **bodies)
        text.save_revision().publish()
