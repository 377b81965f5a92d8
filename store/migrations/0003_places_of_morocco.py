"""The regions, provinces and communes of Morocco, from the general census of 2024 (HCP; the file names its terms)."""

import json
from pathlib import Path

from django.db import migrations

from store.delivery.places import search_text_of

PLACES = Path(__file__).resolve().parents[1] / "delivery" / "data" / "places.json"


def names(place) -> dict:
    return {"name": place["name_fr"], "name_fr": place["name_fr"], "name_ar": place["name_ar"]}


def load(apps, schema_editor):
    places = json.loads(PLACES.read_text(encoding="utf-8"))
    province_names = {province["code"]: (province["name_fr"], province["name_ar"]) for province in places["provinces"]}
    model = apps.get_model
    model("store", "Region").objects.bulk_create(
        model("store", "Region")(code=r["code"], **names(r)) for r in places["regions"]
    )
    model("store", "Province").objects.bulk_create(
        model("store", "Province")(code=p["code"], region_id=p["region"], **names(p)) for p in places["provinces"]
    )
    model("store", "Commune").objects.bulk_create(
        model("store", "Commune")(
            code=c["code"],
            province_id=c["province"],
            search_text=search_text_of(c["name_fr"], c["name_ar"], *province_names[c["province"]]),
            **names(c),
        )
        for c in places["communes"]
    )


class Migration(migrations.Migration):
    dependencies = [("store", "0002_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
