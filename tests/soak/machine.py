"""All of it together."""

from collections import Counter
from collections.abc import Iterable, Set
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from .boxers import Boxers
from .counters import Counters
from .keepers import Keepers
from .settlers import Settlers
from .shoppers import Clock, Shoppers
from .steps import Steps
from .world import World

STEPS, DAYS = 45, 12  # a day, a week


class Anything(Boxers, Clock, Counters, Keepers, Settlers):
    """Whatever may happen to the stock of a shop, and to the money for it. Work that takes many steps is chosen more often: it stands here again."""

    go_on_2 = go_on_3 = go_on_4 = go_on_5 = go_on_6 = Shoppers.go_on_with_a_parcel
    pay_2 = Shoppers.pay_by_card
    choose_2 = Shoppers.choose
    report_2 = report_3 = Counters.a_till_reports
    record_2 = Counters.all_workers_record
    sell_out_2 = Counters.a_till_sells_out
    mend_2 = mend_3 = Clock.mend_what_is_short
    arrive_2 = Keepers.arrive
    enter_2 = Keepers.enter_a_figure
    send_2 = Keepers.send
    book_2 = Counters.book_a_file


def live(
    seeds: Iterable[int], *, steps: int, wanted: Set[str] = frozenset(), days: type[Steps] = Anything, **how: Any
) -> Counter[str]:
    """Weeks of such `days`, of these seeds, until so many steps and all `wanted` deeds are done; how often each deed was.

    Fails with the fewest steps that break a rule. A seed always gives the same weeks, as long as the code is the same.
    """
    usual = {
        "max_examples": DAYS,
        "stateful_step_count": STEPS,
        "deadline": None,
        "database": None,
        "print_blob": False,
    }
    usual |= {"report_multiple_bugs": False, "suppress_health_check": list(HealthCheck)}
    Steps.tally, Steps.checked = Counter(), 0
    for number in seeds:
        seed(number)(days)
        run_state_machine_as_test(days, settings=settings(**usual | how))
        if Steps.checked >= steps and wanted <= set(done()):
            break
    return done()


def done() -> Counter[str]:
    """How often each deed was done, not only tried."""
    return Counter({deed: times for (deed, end), times in Steps.tally.items() if end == "done" and times})


def build() -> None:
    """The shop in which the days begin."""
    Steps.world = World()


QUICKLY = {"phases": [Phase.generate]}  # the first failure as it is, not the shortest
