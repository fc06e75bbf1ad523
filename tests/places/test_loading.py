"""All 34 provinces and 3,321 communes, with the names they had."""

import subprocess
import sys

import pytest

from marketplace.places.actions import Loaded, load_places
from marketplace.places.models import Commune, FormerCommune, Province
from marketplace.places.units import Units

pytestmark = pytest.mark.django_db


def test_every_unit_is_there() -> None:
    assert Province.objects.count() == 34
    assert Commune.objects.count() == 3321
    assert Province.objects.get(slug="an-giang").communes.count() == 102
    assert FormerCommune.objects.filter(is_default=True).count() == 10040
    assert not Commune.objects.filter(former__isnull=True).exists()


def test_kinds_are_those_of_the_law() -> None:
    kinds = {kind: Commune.objects.filter(kind=kind).count() for kind in Commune.Kind.values}
    assert kinds == {"xa": 2621, "phuong": 687, "dac_khu": 13}
    assert Province.objects.filter(kind=Province.Kind.CITY).count() == 6


def test_loading_again_changes_nothing() -> None:
    before = list(FormerCommune.objects.order_by("pk").values_list())
    assert load_places(units=Units()) == {
        "provinces": Loaded(34, 0, 0, 0),
        "communes": Loaded(3321, 0, 0, 0),
        "former": Loaded(10602, 0, 0, 0),
    }
    assert list(FormerCommune.objects.order_by("pk").values_list()) == before


def test_loading_mends_what_was_changed_by_hand() -> None:
    commune = Commune.objects.get(province__slug="an-giang", name="Xã Thoại Sơn")
    Commune.objects.filter(pk=commune.pk).update(name="Xã Thoại Son", latitude=0)
    commune.former.all().delete()
    FormerCommune.objects.create(commune=commune, name="Xã Bịa", is_default=False, keys=["bia"], district_keys=[])
    loaded = load_places(units=Units())
    assert (loaded["communes"].changed, loaded["former"].removed) == (1, 1)
    assert loaded["former"].created >= 3
    assert Commune.objects.get(pk=commune.pk).point == commune.point


def test_every_commune_lies_in_vietnam() -> None:
    stray = Commune.objects.exclude(latitude__range=(7, 24), longitude__range=(102, 118))
    assert list(stray) == []


def test_names_that_differ_by_marks_alone_have_their_own_addresses() -> None:
    slugs = Commune.objects.filter(province__slug="hai-phong", name__in=["Xã Cẩm Giang", "Xã Cẩm Giàng"])
    assert sorted(slugs.values_list("slug", flat=True)) == ["xa-cam-giang", "xa-cam-giang-10903"]


def test_the_package_is_read_but_never_imported() -> None:
    """Its import brings shapely and a geocoder for the network."""
    look = (
        "import sys; from marketplace.places.units import Units;"
        "print(len(Units().communes()), 'shapely' in sys.modules)"
    )
    seen = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert seen.stdout.split() == ["3321", "False"]
