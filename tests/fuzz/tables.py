"""The tables and the month of a cooperative, asked by whoever manages it."""

from django.utils import timezone

from store.flows.import_table.apply import plan_of
from store.flows.month import Month

from .attempts import File
from .shop import Shop
from .target import Target, Values
from .workspace import READ_OR_DONE, at_home


def a_table(shop: Shop) -> list[File]:
    rows = f"Référence;Prix;Lot;En stock\n{shop.variants[0].sku};90,00;NEUF;5\n"
    return [File(b"file", b"prix.csv", rows.encode(), b"text/csv")]


def own_tables(shop: Shop) -> list[Values]:
    return [{**place, "pk": shop.table.pk} for place in at_home(shop)]


def this_month(shop: Shop) -> Values:
    return {"month": Month.of(timezone.localdate())}


def months(shop: Shop) -> list[Values]:
    month = Month.of(timezone.localdate()).previous
    return [{**place, "year": month.year, "number": month.number} for place in at_home(shop)]


TABLES = [
    Target(
        "espace/<slug:cooperative>/tableaux/",
        "/{language}/espace/{cooperative}/tableaux/",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
    ),
    Target(
        "espace/<slug:cooperative>/tableaux/commandes.csv",
        "/{language}/espace/{cooperative}/tableaux/commandes.csv",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        query=this_month,
        is_at_work=True,
    ),
    Target(
        "espace/<slug:cooperative>/tableaux/stock.csv",
        "/{language}/espace/{cooperative}/tableaux/stock.csv",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
    ),
    Target(
        "espace/<slug:cooperative>/tableaux/produits.csv",
        "/{language}/espace/{cooperative}/tableaux/produits.csv",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
    ),
    Target(
        "espace/<slug:cooperative>/tableaux/importer/",
        "/{language}/espace/{cooperative}/tableaux/importer/",
        READ_OR_DONE,
        places=at_home,
        files=a_table,
        is_at_work=True,
        most_queries=20,
    ),
    Target(
        "espace/<slug:cooperative>/tableaux/importer/<int:pk>/",
        "/{language}/espace/{cooperative}/tableaux/importer/{pk}/",
        READ_OR_DONE,
        places=own_tables,
        query=lambda shop: {"page": "1"},
        fields=lambda shop: {"shown": plan_of(shop.table).digest},
        is_at_work=True,
        most_queries=40,
    ),
    Target(
        "espace/<slug:cooperative>/mois/",
        "/{language}/espace/{cooperative}/mois/",
        {"GET": {200}, "HEAD": {200}},
        places=at_home,
        is_at_work=True,
        most_queries=25,
    ),
    Target(
        "espace/<slug:cooperative>/mois/<int:year>/<int:number>/",
        "/{language}/espace/{cooperative}/mois/{year}/{number}/",
        {"GET": {200}, "HEAD": {200}},
        places=months,
        is_at_work=True,
        most_queries=25,
    ),
]
