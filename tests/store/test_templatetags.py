"""What templates write."""

from store.templatetags.shop import each_in_its_direction


def test_each_piece_of_a_seller_is_kept_in_its_own_direction():
    assert each_in_its_direction("Tinas <Cop> · RC 12 · 5، زنقة المثال") == (
        "<bdi>Tinas &lt;Cop&gt;</bdi><br><bdi>RC 12</bdi><br><bdi>5، زنقة المثال</bdi>"
    )
