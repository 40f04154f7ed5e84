"""Files of the visits of the demonstration: exposures, associations, and the truth (parameters of the simulation)."""

from __future__ import annotations

import json
import tempfile
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wfsgui import __version__
from wfsgui.demo.visit.associations import association
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.plan import NOT_TAKEN_YET, Plan, exposures, groups
from wfsgui.demo.visit.scene import PlacedStar, flux_image, optics_record, place, stars, telescope_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.demo.visit.detector import Pixels
    from wfsgui.demo.visit.exposure_spec import ExposureSpec
    from wfsgui.demo.visit.plan import Group

__all__ = ["DEMONSTRATION", "Plan", "Visit", "ensure_visit"]

_EDITION: Final = 4
"""Number to increase when the same plan gives other files."""

_TRUTH: Final = "truth.json"

DEMONSTRATION: Final = {
    Kind.TODAY: Plan(),
    # Cut out, so that all visits together need less than a gigabyte; brighter, because the exposures are shorter.
    Kind.OLDER: Plan(kind=Kind.OLDER, cut=800, flux=1.6e6),
    Kind.MIMF: Plan(kind=Kind.MIMF, flux=6.0e3, field_stars=0),
}
"""Plan of each visit of the demonstration."""


@dataclass(frozen=True)
class Visit:
    """Files of a visit.

    Attributes
    ----------
    folder : Path
        Folder of the files.
    rates : tuple of Path
        ``_rate`` files in the order of `exposures`.
    associations : tuple of Path
        Associations in the order of `groups`.
    opened : tuple of Path
        Associations that the program opens, those with backgrounds first.
    truth : Path
        JSON file with the parameters of the simulation and the position of the star in every exposure.
    """

    folder: Path
    rates: tuple[Path, ...]
    associations: tuple[Path, ...]
    opened: tuple[Path, ...]
    truth: Path


def ensure_visit(folder: Path, plan: Plan | None = None) -> Visit:
    """Make the files of a visit if they are missing.

    A new folder appears complete. In an existing folder the files are replaced one by one, the truth last; other files
    are not changed. Without the truth the visit counts as missing.

    Parameters
    ----------
    folder : Path
        Folder of the visit; its parent is made too.
    plan : Plan, optional
        Plan; by default ``Plan()``.

    Returns
    -------
    Visit
        Files of the visit.

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
    associations = {_association_path(folder, group, n): group for n, group in enumerate(groups(plan), start=1)}
    taken = [
        path
        for path, group in associations.items()
        if not any(spec.exposure_type in NOT_TAKEN_YET for spec in group.science)
    ]
    return Visit(
        folder=folder,
        rates=tuple(folder / spec.file_name for spec in exposures(plan)),
        associations=tuple(associations),
        opened=tuple(sorted(taken, key=lambda path: not associations[path].backgrounds)),
        truth=folder / _TRUTH,
    )


def _association_path(folder: Path, group: Group, number: int) -> Path:
    first = group.science[0]
    return folder / f"jw{first.program:05d}-o{first.observation:03d}_image2_{number:05d}_asn.json"


def _stamp(plan: Plan) -> dict[str, Any]:
    # Converted by JSON, so that it can be compared with the stored stamp.
    stamp: dict[str, Any] = json.loads(json.dumps({"version": f"{__version__}/{_EDITION}", "plan": asdict(plan)}))
    return stamp


def _is_current(visit: Visit, plan: Plan) -> bool:
    files = (*visit.rates, *visit.associations)
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
    former = _exposures_of(folder / _TRUTH)
    (folder / _TRUTH).unlink(missing_ok=True)
    for name in former:
        # Files of an older edition that the new edition does not have.
        if not (made / name).exists():
            (folder / name).unlink(missing_ok=True)
    for path in sorted(made.iterdir(), key=lambda path: path.name == _TRUTH):
        path.replace(folder / path.name)


def _exposures_of(truth: Path) -> list[str]:
    """List the exposures in the truth of an earlier visit; empty if it cannot be read."""
    try:
        records = json.loads(truth.read_text(encoding="utf-8"))["exposures"]
        names = [str(record["file"]) for record in records]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    # Only files of the folder itself.
    return [name for name in names if name == Path(name).name]


def _make(visit: Visit, plan: Plan) -> None:
    specs = exposures(plan)
    records = _make_rates(visit, plan, specs)
    for path, group in zip(visit.associations, groups(plan), strict=True):
        _write_json(path, association(group.science, group.backgrounds))
    _write_json(visit.truth, _stamp(plan) | optics_record(plan) | {"exposures": records})


def _make_rates(visit: Visit, plan: Plan, specs: tuple[ExposureSpec, ...]) -> list[dict[str, Any]]:
    # Imported late: the data models take seconds, and an existing visit does not need them.
    from wfsgui.demo.visit.detector import Electronics, observe
    from wfsgui.demo.visit.rate_file import write_rate

    detectors = _Detectors(plan.seed)
    electronics = Electronics()
    scene = stars(specs[0], plan)
    records = []
    for number, (spec, path) in enumerate(zip(specs, visit.rates, strict=True)):
        placed = place(scene, spec)
        planes = observe(flux_image(placed, spec, plan), spec, detectors.pixels(spec), (plan.seed, number), electronics)
        write_rate(path, spec, planes)
        records.append(_record(spec, plan, placed, electronics.gain))
    return records


class _Detectors:
    """Pixels of the detectors of a visit; those of the last detector are cached."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._name = ""
        self._whole: Pixels | None = None

    def pixels(self, spec: ExposureSpec) -> Pixels:
        """Return the pixels of an exposure."""
        from wfsgui.demo.references.detectors import detector_named
        from wfsgui.demo.references.flats import flat_field
        from wfsgui.demo.visit.detector import pixels_of, subarray_of

        if self._whole is None or self._name != spec.detector:
            # The flat field of the reference file, so that flat_field removes it.
            response, response_dq, _ = flat_field(detector_named(spec.detector))
            seed = zlib.crc32(f"{self._seed} {spec.detector}".encode())
            self._whole = pixels_of(spec, seed, response, response_dq)
            self._name = spec.detector
        return subarray_of(self._whole, spec)


def _record(spec: ExposureSpec, plan: Plan, placed: tuple[PlacedStar, ...], gain: float) -> dict[str, Any]:
    """Return the true parameters of an exposure; pixels are 0-based."""
    target, *faint = placed
    rows, columns = spec.shape
    return {
        "file": spec.file_name,
        "pupil": spec.pupil,
        "kind": "background" if spec.background else "auxiliary" if spec.auxiliary else "science",
        "star": {
            "x": target.x,
            "y": target.y,
            "flux_dn_per_s": target.flux,
            "electrons": target.flux * gain * spec.exposure_time,
            "on_detector": 0 <= target.x < columns and 0 <= target.y < rows,
        },
        "background_dn_per_s": plan.background,
        "pixel_scale_arcsec": telescope_of(spec, plan).pixel_scale,
        "gain_electrons_per_dn": gain,
        "exposure_time_s": spec.exposure_time,
        "field_stars": [asdict(star) for star in faint],
    }


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    path.write_text(json.dumps(content, indent=4) + "\n", encoding="utf-8")
