"""Count live figures anew."""

from datetime import datetime, timedelta

from .models import Figure, FigureKind, FigureValue

#: A figure is counted again when it is older than this.
FRESH = timedelta(minutes=15)


def count_live_figures(*, now: datetime) -> int:
    """Count those that were never counted or not lately; returns how many."""
    figures = Figure.objects.filter(kind=FigureKind.LIVE).select_related("counted_value")
    counted = 0
    for figure in figures.order_by("pk"):
        if figure.count and figure.count.computed_at > now - FRESH:
            continue
        if query := figure.live_query:
            count = query.count(figure.since)
            FigureValue.objects.update_or_create(
                figure=figure,
                defaults={
                    "query": figure.query,
                    "since": figure.since,
                    "value": count.value,
                    "orders": count.orders,
                    "computed_at": now,
                },
            )
            counted += 1
    return counted
