"""Words that claim to cure: found in three languages, where they stand, and not where they mean something harmless."""

from time import perf_counter

import pytest
from django.core.exceptions import ValidationError

from catalog.checklist import claims_line
from catalog.claims import find
from catalog.claims.find import Claim, Pattern, claim_words, claims_in
from catalog.models import ClaimWord

pytestmark = pytest.mark.django_db


def found(language: str, text: str) -> list[str]:
    return [claim.words for claim in claims_in(text, patterns(claim_words(language)))]


def patterns(listed: list[str]) -> list[Pattern]:
    return [Pattern(entry) for entry in listed]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("fr", "Ce miel guérit la toux et soulage l’arthrose.", ["guérit", "soulage", "arthrose"]),
        ("fr", "UN REMEDE CONTRE LE RHUME", ["REMEDE", "CONTRE LE RHUME"]),
        ("fr", "Une huile anti-inflammatoire et cicatrisante.", ["anti-inflammatoire", "cicatrisante"]),
        ("fr", "Il aide ceux qui ont de l'eczéma ou du diabète.", ["eczéma", "diabète"]),
        ("fr", "Notre cure de pollen renforce les défenses immunitaires.", ["cure de", "défenses immunitaires"]),
        ("ar", "عسلٌ يُعالِجُ السعال ويقوي المناعة.", ["يُعالِجُ", "السعال", "المناعة"]),
        ("ar", "زيت مضاد للالتهابات وشفاءٌ من كل داء", ["مضاد للالتهابات", "وشفاءٌ"]),
        ("ar", "ينصح به لعلاج الصُّداع ولمرضى السكري", ["لعلاج", "الصُّداع", "ولمرضى السكري"]),
        ("ar", "كدواءٍ للأرق، وبالعلاج الطبيعي", ["كدواءٍ", "للأرق", "وبالعلاج"]),
        ("ar", "فيه شفـــاء للناس", ["شفـــاء"]),
        ("en", "It cures headaches and boosts immunity.", ["cures", "headaches", "immunity"]),
        ("en", "A natural remedy with no side effects", ["remedy", "no side effects"]),
    ],
)
def test_claims_are_found_as_they_stand(language, text, words):
    assert found(language, text) == words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "La sécurité du rucher est notre souci ; chaque pot est procuré par la coopérative."),
        ("fr", "Un travail soigné, fait avec soin : les cadres sont soigneusement rangés sur le guéridon."),
        ("fr", "Elle traite les commandes le lundi ; un traité de botanique l’a instruite."),
        ("fr", "Plantes aromatiques et médicinales de la région, séchées à l’ombre."),
        ("fr", "À la mort de l’obscure reine, l’essaim a retrouvé la paix."),
        ("ar", "عسل شفاف ذو طعم سكري، نجنيه في دوار آيت علي."),
        ("ar", "معالجة الأزهار بعد القطاف تتم في دوائر صغيرة، وهي أرق ما نصنع."),
        ("ar", "النباتات الطبية والعطرية في ربوة قريبة من مكناس."),
        ("ar", "حملوا السلال على عجل وقطفوا زهر البرتقال."),
        ("en", "A secure lid, an obscure valley, and health-food shops that procure our honey."),
        ("en", "A treat with cheese and cured olives; the women treat each other as equals."),
    ],
)
def test_harmless_sentences_are_left_alone(language, text):
    assert found(language, text) == []


def test_a_claim_says_where_it_stands_and_the_longest_words_win():
    text = "Du miel contre la toux"
    assert claims_in(text, patterns(["contre", "contre la toux"])) == [Claim("contre la toux", 8, 22)]
    assert text[8:22] == "contre la toux"


def test_each_language_has_its_own_list_which_editors_keep():
    assert found("fr", "The cure") == [] and found("en", "The cure") == ["cure"]
    ClaimWord.objects.create(language="fr", words="élixir*")
    assert found("fr", "Des ÉLIXIRS de jeunesse") == ["ÉLIXIRS"]
    ClaimWord.objects.filter(language="fr").delete()
    assert found("fr", "Ce miel guérit") == []


@pytest.mark.parametrize("words", ["*", "a*b", "*rit", "–"])
def test_an_entry_that_would_find_anything_is_refused(words):
    with pytest.raises(ValidationError):
        ClaimWord(language="fr", words=words).full_clean()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_entry_of_the_starting_list_finds_itself(language):
    for entry in claim_words(language):
        words = entry.removesuffix("*")
        assert [claim.words for claim in claims_in(f"( {words} )", patterns([entry]))] == [words]
        ClaimWord(language=language, words=f"{words}x*"[:60]).full_clean()


def test_a_long_text_is_read_in_a_moment():
    began = perf_counter()
    claims_in("Le miel de nos ruches mûrit lentement au soleil. " * 300, patterns(claim_words("fr")))
    assert perf_counter() - began < 2


def test_the_list_is_made_ready_once_however_many_texts_a_page_has(monkeypatch):
    made, form = [], find._form
    monkeypatch.setattr(find, "_form", lambda word, **options: made.append(word) or form(word, **options))
    line = claims_line(
        [("Texte", "Ce miel guérit"), ("Titre", "Un remède"), ("Fin", "Il soulage")], ["guérit", "remède"]
    )
    assert len(line.todo) == 2 and len(made) == 2
