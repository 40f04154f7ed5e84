from __future__ import annotations

from dataclasses import replace

from tests.core.visit.exposures import exposure, product
from wfsgui.core.visit.groups import Visit, visits_of
from wfsgui.core.visit.roles import Role


def groups(visit: Visit) -> list[tuple[str, list[str]]]:
    return [
        (group.text, [taken.info.path.name.removesuffix("_rate.fits") for taken in group.exposures])
        for group in visit.groups
    ]


def test_visit_groups_follow_role_and_defocus() -> None:
    exposures = [
        exposure("acquisition", exp_type="NRC_TACQ", pupil="CLEAR"),
        exposure("jitter", subarray="SUB8FP6A", pupil="CLEAR"),
        exposure("companion", detector="NRCALONG", pupil="CLEAR"),
        exposure("focus", pupil="CLEAR"),
        exposure("minus8", pupil="WLM8"),
        exposure("minus4", filter="WLP4", pupil="WLM8"),
        exposure("plus4", filter="WLP4", pupil="CLEAR"),
        exposure("plus8"),
        exposure("plus12", filter="WLP4"),
        exposure("hartmann", pupil="GDHS60"),
        exposure("field", pupil="CLEAR", aperture="NRCA1_FP3MIMF"),
    ]
    (visit,) = visits_of(map(product, exposures))
    assert visit.text == "program 99001 observation 001 visit 001"
    assert groups(visit) == [
        ("fine phasing, WLP12 (+12 waves)", ["plus12"]),
        ("fine phasing, WLP8 (+8 waves)", ["plus8"]),
        ("fine phasing, WLP4 (+4 waves)", ["plus4"]),
        ("fine phasing, WLM4 (-4 waves)", ["minus4"]),
        ("fine phasing, WLM8 (-8 waves)", ["minus8"]),
        ("in focus", ["focus"]),
        ("multi-field sensing (MIMF)", ["field"]),
        ("dispersed Hartmann sensor", ["hartmann"]),
        ("long-wave companion", ["companion"]),
        ("line-of-sight jitter", ["jitter"]),
        ("target acquisition", ["acquisition"]),
    ]


def test_exposures_of_a_group_are_in_time_order() -> None:
    times = {"c": "2026-01-01T00:00:00.000", "a": "2026-01-01T01:00:00.000", "b": "2026-01-02T00:00:00.000"}
    taken = [exposure(name, date_obs=when) for name, when in times.items()]
    (visit,) = visits_of(map(product, reversed(taken)))
    assert groups(visit) == [("fine phasing, WLP8 (+8 waves)", ["c", "a", "b"])]


def test_visits_are_in_time_order() -> None:
    late = exposure("late", observation="001", date_obs="2026-01-03")
    early = exposure("early", observation="002", date_obs="2026-01-01")
    middle = exposure("middle", observation="001", date_obs="2026-01-02")
    visits = visits_of(map(product, [late, early, middle]))
    assert [(visit.observation, groups(visit)[0][1]) for visit in visits] == [
        ("002", ["early"]),
        ("001", ["middle", "late"]),
    ]


def test_shared_background_is_listed_once() -> None:
    sky = exposure("sky")
    (visit,) = visits_of([product(exposure("a"), sky), product(exposure("b"), sky)])
    assert groups(visit) == [("fine phasing, WLP8 (+8 waves)", ["a", "b"]), ("background", ["sky"])]
    assert visit.groups[1].exposures[0].role.reason == "x_asn.json lists it as a background"


def test_backgrounds_are_one_group_for_all_lenses() -> None:
    (visit,) = visits_of([product(exposure("a"), exposure("sky1"), exposure("sky2", pupil="WLM8"))])
    assert groups(visit)[1] == ("background", ["sky1", "sky2"])


def test_background_that_is_also_a_product_keeps_its_role() -> None:
    first, second = exposure("a"), replace(exposure("b"), pupil="WLM8")
    (visit,) = visits_of([product(first, second), product(second)])
    assert [group.role for group in visit.groups] == [Role.FINE_PHASING, Role.FINE_PHASING]


def test_no_products_give_no_visit() -> None:
    assert visits_of([]) == ()
