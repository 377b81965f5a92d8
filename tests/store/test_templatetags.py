"""What templates write."""

from store.templatetags.shop import code, seller_facts


def test_each_fact_of_a_seller_is_kept_in_its_own_direction_and_those_of_the_law_in_french():
    assert seller_facts("Tinas <Cop> · RC 12 · 5، زنقة المثال") == (
        '<bdi lang="fr">Tinas &lt;Cop&gt;</bdi><br><bdi lang="fr">RC 12</bdi><br><bdi>5، زنقة المثال</bdi>'
    )


def test_a_code_is_kept_together():
    assert code("TW-<1>") == '<bdi class="code">TW-&lt;1&gt;</bdi>'
