"""Recalls: what is written down of one is of the cooperative whose lot it is."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from ...recalls.models import RecallContact, RecallReading


def they_name_parts_of_their_cooperative(now: datetime) -> Iterator[str]:
    for rows, what in ((RecallContact.objects.all(), "Contact"), (RecallReading.objects.all(), "Reading")):
        foreign = rows.exclude(part__cooperative=F("recall__lot__cooperative"))
        for pk, recall, part in foreign.values_list("pk", "recall", "part"):
            yield f"{what} {pk} of recall {recall} names part {part} of another cooperative."


CHECKS = [they_name_parts_of_their_cooperative]
