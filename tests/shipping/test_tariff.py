"""What parcels cost, with whom they go, and what travels how far."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.travel import Needs, may_travel
from marketplace.places.models import Province
from marketplace.shipping import actions, proofs
from marketplace.shipping.models import Carrier, FreeDelivery, Tariff, TariffStep, Zone
from marketplace.shipping.queries import (
    Rates,
    carrier_of,
    load_of,
    missing_for_free,
    quote,
    rates,
    reached,
    tariffs_in_force,
)
from marketplace.shipping.tariff import Load, Offer, Step, charged_grams, cheapest, fee, fee_of
from tests import make, people
from tests.rows import changed, everything

STEPS = [Step(2000, Decimal(30_000), Decimal(5_000)), Step(500, Decimal(20_000), Decimal(0))]
TODAY, NOW = make.TODAY, make.NOW


@pytest.mark.parametrize(
    ("grams", "amount"),
    [(0, 20_000), (500, 20_000), (501, 30_000), (2000, 30_000), (2001, 35_000), (3000, 35_000), (3001, 40_000)],
)
def test_the_first_step_that_carries_the_weight_and_every_begun_kilogram_above(grams: int, amount: int) -> None:
    assert fee_of(STEPS, grams) == amount


@pytest.mark.parametrize(
    ("grams", "cm3", "divisor", "charged"),
    [
        (500, 6000, 6000, 1000),
        (500, 6001, 6000, 1001),
        (1500, 6000, 6000, 1500),
        (500, 9999, 0, 500),
        (500, 0, 6000, 500),
    ],
)
def test_volume_counts_where_it_is_more_than_weight(grams: int, cm3: int, divisor: int, charged: int) -> None:
    assert charged_grams(Load(grams, cm3), divisor) == charged


steps = st.lists(
    st.builds(Step, st.integers(1, 20_000), st.integers(0, 200_000).map(Decimal), st.integers(0, 9_000).map(Decimal)),
    min_size=1, max_size=5, unique_by=lambda step: step.up_to_grams,
)  # fmt: skip
loads = st.lists(
    st.builds(Load, st.integers(0, 30_000), st.integers(0, 90_000), st.builds(Needs, st.none() | st.integers(1, 90), st.booleans())),
    min_size=1, max_size=4,
)  # fmt: skip
several = st.lists(
    st.builds(
        Offer, st.integers(1, 9), st.just("x"), st.integers(1, 120), st.booleans(), st.sampled_from([0, 5000, 6000]),
        steps.map(tuple),
    ), unique_by=lambda one: one.carrier_id, max_size=5,
)  # fmt: skip


def able(offers: Any, parcel: Any, within: int | None = None) -> list[Any]:
    quick = [one for one in offers if within is None or one.days <= within]
    return [
        one for one in quick if may_travel(parcel.needs, hours=one.hours, cooled=one.cooled, uncooled_hours=12)
    ]  # fmt: skip


@given(several, loads)
def test_nobody_who_may_bring_it_takes_less_and_the_order_asked_in_is_nothing(some: Any, parcels: Any) -> None:
    for parcel in parcels:
        chosen = cheapest(some, parcel, uncooled_hours=12)
        assert chosen == cheapest(list(reversed(some)), parcel, uncooled_hours=12)
        assert (chosen is None) == (not able(some, parcel))
        if chosen:
            assert chosen in able(some, parcel)
            assert all(fee(chosen, parcel) <= fee(one, parcel) for one in able(some, parcel))
            assert fee(chosen, parcel) == fee(chosen, parcel).to_integral_value()


@given(several, loads, st.none() | st.integers(1, 5))
def test_each_with_its_own_never_costs_more_than_all_with_one(some: Any, parcels: Any, within: int | None) -> None:
    found = Rates(some).quote(parcels, within=within)
    assert (found is None) == any(not able(some, parcel, within) for parcel in parcels)
    for_all = [one for one in some if all(one in able(some, parcel, within) for parcel in parcels)]
    if found:
        assert within is None or found.days <= within
        assert len(found.costs) == len(found.carriers) == len(parcels) and found.amount == sum(found.costs)
        assert all(found.amount <= sum(fee(one, parcel) for parcel in parcels) for one in for_all)
    else:
        assert not for_all


@pytest.mark.parametrize(
    ("needs", "hours", "cooled", "may"),
    [
        (Needs(), 500, False, True), (Needs(24), 24, False, True), (Needs(24), 25, True, False),
        (Needs(keep_cool=True), 12, False, True), (Needs(keep_cool=True), 13, False, False),
        (Needs(keep_cool=True), 72, True, True), (Needs(24, True), 48, True, False),
    ],
)  # fmt: skip
def test_what_spoils_travels_as_long_as_it_may(needs: Needs, hours: int, cooled: bool, may: bool) -> None:
    assert may_travel(needs, hours=hours, cooled=cooled, uncooled_hours=12) is may


# --- by the tables ------------------------------------------------------------------------------------------------------


def _zone(name: str = "An Giang", *, days: int = 2, provinces: tuple[str, ...] = ("91",), **fields: Any) -> Zone:
    zone = Zone.objects.create(name=name, days=days, **fields)
    zone.provinces.set(Province.objects.filter(code__in=provinces))
    return zone


def _tariff(
    zone: Zone, carrier: Carrier, *steps: tuple[int, int], valid_from: date = TODAY, hours: int | None = None
) -> Tariff:
    made = Tariff.objects.create(zone=zone, carrier=carrier, valid_from=valid_from, hours=hours)
    TariffStep.objects.bulk_create(TariffStep(tariff=made, up_to_grams=g, price=p) for g, p in steps)
    return made


def _home() -> int:
    return Province.objects.get(code="91").pk


@pytest.mark.django_db
def test_a_provinces_own_zone_comes_before_elsewhere() -> None:
    make.tariff(45_000)
    _tariff(_zone(), make.carrier(), (1000, 18_000), valid_from=date(2020, 1, 1))
    away = Province.objects.exclude(code="91").first().pk
    near = quote(_home(), [900], on=TODAY)
    assert near and (near.amount, near.days) == (18_000, 2)
    assert quote(away, [900], on=TODAY).amount == 45_000


@pytest.mark.django_db
def test_no_tariff_no_fee() -> None:
    assert quote(_home(), [900], on=TODAY) is None


@pytest.mark.django_db
def test_tomorrows_tariff_waits_for_its_day() -> None:
    zone, tomorrow = _zone(), TODAY + timedelta(days=1)
    _tariff(zone, make.carrier(), (1000, 18_000), valid_from=TODAY - timedelta(days=30))
    _tariff(zone, make.carrier(), (1000, 22_000), valid_from=tomorrow)
    assert [quote(_home(), [900], on=day).amount for day in (TODAY, tomorrow)] == [18_000, 22_000]
    assert quote(_home(), [900], on=TODAY - timedelta(days=31)) is None
    assert [one.valid_from for one in tariffs_in_force(TODAY)] == [tomorrow, TODAY - timedelta(days=30)]
    assert [one.valid_from for one in tariffs_in_force(tomorrow)] == [tomorrow]


@pytest.mark.django_db
def test_the_cheapest_for_each_parcel_by_its_own_measure(django_assert_num_queries: Any) -> None:
    zone, light, large = _zone(), make.carrier("Nhẹ", divisor=6000), make.carrier("Lớn")
    _tariff(zone, light, (1000, 10_000), (50_000, 60_000), hours=8)
    _tariff(zone, large, (1000, 15_000), (50_000, 30_000))
    home = _home()
    with django_assert_num_queries(1):
        assert quote(home, [900], on=TODAY).carriers == ("Nhẹ",)
    bulky = Load(900, 30 * 30 * 30)
    found = quote(_home(), [bulky, Load(400)], on=TODAY)
    assert (found.carriers, found.amounts, found.amount, found.days) == (("Lớn", "Nhẹ"), (15_000, 10_000), 25_000, 2)
    assert quote(_home(), [900], on=TODAY).days == 1
    large.active = light.active = False
    for one in (large, light):
        one.save(update_fields=["active"])
    assert quote(_home(), [bulky], on=TODAY) is None


@pytest.mark.django_db
def test_of_two_at_one_price_the_quicker_goes() -> None:
    zone = _zone(days=3)
    _tariff(zone, make.carrier("A"), (1000, 10_000))
    _tariff(zone, make.carrier("B"), (1000, 10_000), hours=20)
    assert [one.carrier for one in rates(_home(), on=TODAY).offers] == ["A", "B"]
    assert quote(_home(), [900], on=TODAY).carriers == ("B",)


@pytest.mark.django_db
def test_from_so_much_on_it_is_free_there_and_then() -> None:
    zone = _zone()
    _tariff(zone, make.carrier(), (1000, 18_000))
    make.tariff(45_000)
    away = Province.objects.exclude(code="91").first().pk
    FreeDelivery.objects.create(least=500_000, valid_from=TODAY)
    FreeDelivery.objects.create(zone=zone, least=300_000, valid_from=TODAY, valid_until=TODAY)
    FreeDelivery.objects.create(
        least=1_000, valid_from=TODAY + timedelta(days=1), valid_until=TODAY + timedelta(days=1)
    )
    for total, free in ((299_999, False), (300_000, True), (None, False)):
        found = quote(_home(), [900], on=TODAY, goods_total=total and Decimal(total))
        assert (found.free, found.amount, found.costs) == (free, 0 if free else 18_000, (18_000,))
    assert quote(away, [900], on=TODAY, goods_total=Decimal(300_000)).amount == 45_000
    tomorrow = TODAY + timedelta(days=1)
    assert [rates(_home(), on=day).free_from for day in (TODAY, tomorrow, tomorrow + timedelta(days=1))] == [
        300_000,
        1_000,
        500_000,
    ]
    assert missing_for_free(Decimal(250_000), on=TODAY, province_id=_home()).amount == 50_000
    assert missing_for_free(Decimal(250_000), on=TODAY).amount == 250_000


@pytest.mark.django_db
def test_where_only_a_zone_is_free_its_name_is_told() -> None:
    assert missing_for_free(Decimal(1), on=TODAY) is None
    FreeDelivery.objects.create(zone=_zone(), least=300_000, valid_from=TODAY)
    found = missing_for_free(Decimal(250_000), on=TODAY)
    assert (found.amount, found.zone) == (50_000, "An Giang")


@pytest.mark.django_db
def test_delicate_goods_go_with_whom_they_may_and_where_nobody_may_they_are_named() -> None:
    near, far = _zone(days=1), _zone("Xa", days=4, provinces=("79",))
    slow, cool = make.carrier("Chậm"), make.carrier("Lạnh", cooled=True)
    _tariff(near, slow, (9000, 10_000)), _tariff(near, cool, (9000, 40_000), hours=6)
    _tariff(far, slow, (9000, 20_000)), _tariff(far, cool, (9000, 80_000), hours=40)
    fish, cake = make.product("Cá tươi", keep_cool=True), make.product("Bánh bò", travel_hours_max=24)
    saigon = Province.objects.get(code="79").pk
    assert quote(_home(), [load_of([(fish, 1)])], on=TODAY).carriers == ("Lạnh",)
    assert quote(saigon, [load_of([(cake, 1)])], on=TODAY) is None
    assert rates(saigon, on=TODAY).too_delicate([fish, cake, make.product()]) == [cake]
    found = reached([cake, fish], on=TODAY)
    assert [[zone.name for zone in found[one.pk]] for one in (cake, fish)] == [["An Giang"], ["An Giang", "Xa"]]


# --- the office -----------------------------------------------------------------------------------------------------------


def _save(zone: Zone, **fields: Any) -> Tariff:
    plain = {"carrier": make.carrier(), "valid_from": TODAY, "hours": None, "by": people.tam(), "at": NOW}
    plain["steps"] = [{"up_to_grams": 1000, "price": Decimal(18_000), "extra": Decimal(0)}]
    return actions.save_tariff(zone=zone, **plain | fields)


@pytest.mark.django_db
def test_a_tariff_of_the_same_day_is_replaced_and_one_of_another_stays() -> None:
    zone = _zone()
    first = _save(zone)
    assert _save(zone, hours=9) == first and Tariff.objects.count() == 1
    later = _save(zone, valid_from=TODAY + timedelta(days=1))
    actions.drop_tariff(tariff=later, by=people.tam(), at=NOW)
    assert [one.hours for one in Tariff.objects.all()] == [9]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"valid_from": TODAY - timedelta(days=1)}, actions.TariffPast), ({"steps": []}, actions.NoSteps),
        ({"steps": [{"up_to_grams": 1, "price": 1, "extra": 0}] * 2}, actions.StepTwice),
    ],
)  # fmt: skip
def test_what_says_nothing_two_things_or_the_past_is_refused(fields: Any, refusal: Any) -> None:
    zone, _people, _carrier = _zone(), people.tam(), make.carrier()
    before = everything()
    with pytest.raises(refusal):
        _save(zone, **fields)
    assert changed(before) == set()


@pytest.mark.django_db
def test_a_tariff_in_force_stays() -> None:
    tariff = _save(_zone())
    with pytest.raises(actions.TariffInForce):
        actions.drop_tariff(tariff=tariff, by=people.tam(), at=NOW)


@pytest.mark.django_db
def test_a_token_opens_until_the_next_one_and_only_for_who_reports() -> None:
    carrier = make.carrier(gateway="api")
    first, second = (actions.new_token(carrier=carrier, by=people.tam()) for _n in range(2))
    assert carrier_of(first) is None and carrier_of(second) == carrier
    carrier.gateway = Carrier.Gateway.FILES
    actions.save_carrier(carrier=carrier, by=people.tam())
    assert carrier_of(second) is None
    with pytest.raises(actions.NoApi):
        actions.new_token(carrier=carrier, by=people.tam())


@pytest.mark.django_db
def test_the_proofs_notice_what_no_action_would_do() -> None:
    zone = _zone()
    tariff = _save(zone)
    assert [row for rule in proofs.RULES for row in rule(NOW)] == []
    tariff.steps.all().delete()
    _zone("Hai lần")
    assert [len(list(rule(NOW))) for rule in proofs.RULES] == [1, 1]
