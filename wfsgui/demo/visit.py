"""The files of the demonstration's visit: exposures, associations and the truth that they were made from."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wfsgui import __version__
from wfsgui.demo.associations import association
from wfsgui.demo.scene import PlacedStar, light, optics_record, place, stars
from wfsgui.demo.visit_plan import Plan, exposures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.demo.exposure_spec import ExposureSpec

__all__ = ["Plan", "Visit", "ensure_visit"]

_EDITION: Final = 1
"""To be raised whenever the same plan gives other files."""

_TRUTH: Final = "truth.json"
_ASSOCIATION: Final = "jw99001-o001_image2_00001_asn.json"
_ASSOCIATION_WITH_BACKGROUNDS: Final = "jw99001-o001_image2_00002_asn.json"


@dataclass(frozen=True)
class Visit:
    """The files of a visit.

    Attributes
    ----------
    folder : Path
        Where they are.
    rates : tuple of Path
        The ``_rate`` files in the order in which they were taken: five science exposures, three backgrounds.
    association_with_backgrounds : Path
        The two WLP8 exposures, each with the three backgrounds.
    association : Path
        The five science exposures, without backgrounds.
    truth : Path
        JSON: what was simulated, with the star's place in every exposure.
    """

    folder: Path
    rates: tuple[Path, ...]
    association_with_backgrounds: Path
    association: Path
    truth: Path


def ensure_visit(folder: Path, plan: Plan | None = None) -> Visit:
    """Make the visit's files, unless they are there.

    A folder that does not exist appears complete. In one that does, the visit's files are put one by one, the truth
    last; nothing else in it is touched, and until the truth is there the visit counts as missing.

    Parameters
    ----------
    folder : Path
        The visit's own folder; its parent is made too.
    plan : Plan, optional
        By default the demonstration's.

    Returns
    -------
    Visit
        The files.

    Raises
    ------
    OSError
        If the files cannot be written.
    """
    plan = plan or Plan()
    visit = _visit(folder, plan)
    if _is_current(visit, plan):
        return visit
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        made = Path(scratch, folder.name)
        made.mkdir()
        _make(_visit(made, plan), plan)
        _put_in_place(made, folder)
    return visit


def _visit(folder: Path, plan: Plan) -> Visit:
    return Visit(
        folder=folder,
        rates=tuple(folder / spec.file_name for spec in exposures(plan)),
        association_with_backgrounds=folder / _ASSOCIATION_WITH_BACKGROUNDS,
        association=folder / _ASSOCIATION,
        truth=folder / _TRUTH,
    )


def _stamp(plan: Plan) -> dict[str, Any]:
    # Through JSON, so that it compares equal to what is read back.
    stamp: dict[str, Any] = json.loads(json.dumps({"version": f"{__version__}/{_EDITION}", "plan": asdict(plan)}))
    return stamp


def _is_current(visit: Visit, plan: Plan) -> bool:
    files = (*visit.rates, visit.association, visit.association_with_backgrounds)
    try:
        truth = json.loads(visit.truth.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    stamped = isinstance(truth, dict) and truth.items() >= _stamp(plan).items()
    return stamped and all(path.is_file() for path in files)


def _put_in_place(made: Path, folder: Path) -> None:
    if not folder.exists():
        made.rename(folder)
        return
    (folder / _TRUTH).unlink(missing_ok=True)
    for path in sorted(made.iterdir(), key=lambda path: path.name == _TRUTH):
        path.replace(folder / path.name)


def _make(visit: Visit, plan: Plan) -> None:
    specs = exposures(plan)
    records = _make_rates(visit, plan, specs)
    science = [spec for spec in specs if not spec.background]
    backgrounds = [spec for spec in specs if spec.background]
    through_same = [spec for spec in science if spec.pupil == backgrounds[0].pupil]
    _write_json(visit.association, association(science))
    _write_json(visit.association_with_backgrounds, association(through_same, backgrounds))
    _write_json(visit.truth, _stamp(plan) | optics_record(plan) | {"exposures": records})


def _make_rates(visit: Visit, plan: Plan, specs: tuple[ExposureSpec, ...]) -> list[dict[str, Any]]:
    # Imported late: the data models take seconds, and a visit that exists needs none.
    from wfsgui.demo.detector import Electronics, observe, pixels_of
    from wfsgui.demo.flats import flat_field
    from wfsgui.demo.rate_file import write_rate
    from wfsgui.demo.ref_detectors import detector_named

    # The exposures have the flat field of the reference, so that dividing by the reference removes it.
    response, response_dq, _ = flat_field(detector_named(specs[0].detector))
    pixels = pixels_of(specs[0], plan.seed, response, response_dq)
    electronics = Electronics()
    scene = stars(specs[0], plan)
    records = []
    for number, (spec, path) in enumerate(zip(specs, visit.rates, strict=True)):
        placed = place(scene, spec)
        planes = observe(light(placed, spec, plan), spec, pixels, (plan.seed, number), electronics)
        write_rate(path, spec, planes)
        records.append(_record(spec, plan, placed, electronics.gain))
    return records


def _record(spec: ExposureSpec, plan: Plan, placed: tuple[PlacedStar, ...], gain: float) -> dict[str, Any]:
    """Say what is true of an exposure; pixels are 0-based."""
    target, *faint = placed
    rows, columns = spec.shape
    return {
        "file": spec.file_name,
        "pupil": spec.pupil,
        "kind": "background" if spec.background else "science",
        "star": {
            "x": target.x,
            "y": target.y,
            "flux_dn_per_s": target.flux,
            "electrons": target.flux * gain * spec.exposure_time,
            "on_detector": 0 <= target.x < columns and 0 <= target.y < rows,
        },
        "background_dn_per_s": plan.background,
        "gain_electrons_per_dn": gain,
        "exposure_time_s": spec.exposure_time,
        "field_stars": [asdict(star) for star in faint],
    }


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    path.write_text(json.dumps(content, indent=4) + "\n", encoding="utf-8")
