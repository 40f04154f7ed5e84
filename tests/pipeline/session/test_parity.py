"""Results are identical to those of `Image2Pipeline.call`."""

from __future__ import annotations

import copy
import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import asdf
import jwst.pipeline
import numpy as np
import pytest
from astropy.io import fits
from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst import datamodels
from stpipe import crds_client

from tests.exposures import small, write_association, write_small
from tests.pipeline.conftest import Engine
from tests.pipeline.parity_helpers import check, differences, run_stock
from wfsgui.core.model.events import RunFinished, StepState
from wfsgui.core.model.requests import StepOptions
from wfsgui.demo.visit.exposure_spec import ExposureSpec

CLASS = 'name = "Image2Pipeline"\nclass = "jwst.pipeline.Image2Pipeline"\n'

IMAGERS = {
    "NRCA1": ("F090W", "CLEAR"),
    "NRCA3": ("F212N", "WLM8"),
    "NRCB4": ("WLP4", "CLEAR"),
    "NRCALONG": ("F480M", "CLEAR"),
    "NIS": ("CLEAR", "F150W"),
    "MIRIMAGE": ("F770W", ""),
    "GUIDER1": ("", ""),
    "GUIDER2": ("", ""),
}


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def flat_field_is_skipped_by_crds(demo_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let CRDS select a parameter reference that skips flat_field as well as resample."""
    kind = "pars-image2pipeline"
    with asdf.open(next(demo_cache.rglob(f"jwst_nircam_{kind}_*.asdf"))) as file:
        tree = copy.deepcopy(file.tree)
    name = "jwst.flatfield.flat_field_step.FlatFieldStep"
    tree["steps"].append({"class": name, "name": "flat_field", "parameters": {"skip": True}})
    path = tmp_path / "skips_flat_field.asdf"
    asdf.AsdfFile(tree).write_to(path)
    select = crds_client.get_reference_file

    def selected(parameters: dict[str, str], reference_type: str, observatory: str) -> str:
        return str(path) if reference_type == kind else str(select(parameters, reference_type, observatory))

    monkeypatch.setattr(crds_client, "get_reference_file", selected)


def test_a_subarray_with_nan_pixels(engine: Engine, tmp_path: Path) -> None:
    check(engine, write_small(tmp_path / "in", small()), tmp_path)


def test_a_full_frame(engine: Engine, tmp_path: Path) -> None:
    check(engine, write_small(tmp_path / "in", ExposureSpec(pupil="WLP8")), tmp_path)


@pytest.mark.parametrize("detector", IMAGERS)
def test_every_instrument(engine: Engine, references: Callable[[str], None], tmp_path: Path, detector: str) -> None:
    references(detector)
    filter_name, pupil = IMAGERS[detector]
    check(engine, write_small(tmp_path / "in", small(detector, pupil=pupil, filter_name=filter_name)), tmp_path)


@pytest.mark.parametrize("fault", [0.0, 1.0])
def test_without_a_fault_and_with_nothing_but_faults(engine: Engine, tmp_path: Path, fault: float) -> None:
    check(engine, write_small(tmp_path / "in", small(), fault=fault), tmp_path)


@pytest.mark.parametrize(("backgrounds", "kind"), [(0, "image2"), (1, "wfs-image2"), (3, "image2")])
def test_an_association_with_backgrounds(engine: Engine, tmp_path: Path, backgrounds: int, kind: str) -> None:
    folder = tmp_path / "in"
    science = [write_small(folder, small(exposure=number), level=9.0) for number in (1, 2)]
    sky = [write_small(folder, small(exposure=number)) for number in range(3, 3 + backgrounds)]
    table = write_association(folder / "jw99001-o001_image2_00001_asn.json", dict.fromkeys(science, sky), kind)
    check(engine, table, tmp_path)


def test_a_compressed_file(engine: Engine, tmp_path: Path) -> None:
    plain = write_small(tmp_path, small())
    packed = tmp_path / "in" / (plain.name + ".gz")
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(plain.read_bytes(), 1))
    check(engine, packed, tmp_path)


@pytest.mark.parametrize("skipped", ["assign_wcs", "flat_field", "photom"])
def test_a_skipped_step(engine: Engine, tmp_path: Path, skipped: str) -> None:
    options = StepOptions(skip=frozenset({skipped}))
    check(engine, write_small(tmp_path / "in", small()), tmp_path, options, **{skipped: {"skip": True}})


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("False", False), ("no", False)])
def test_the_parameter_skip(engine: Engine, tmp_path: Path, text: str, *, value: bool) -> None:
    options = StepOptions(parameters={"flat_field": {"skip": text}})
    events = check(engine, write_small(tmp_path / "in", small()), tmp_path, options, flat_field={"skip": value})
    (state,) = (event.state for event in events if event.step == "flat_field")
    assert state is (StepState.SKIPPED if value else StepState.DONE)


@pytest.mark.usefixtures("flat_field_is_skipped_by_crds")
@pytest.mark.parametrize(
    ("parameters", "state"),
    [({"skip": "false"}, StepState.DONE), ({}, StepState.WARNED), ({"skip": "true"}, StepState.SKIPPED)],
)
def test_the_parameter_skip_takes_precedence_over_the_parameter_reference(
    engine: Engine, tmp_path: Path, parameters: dict[str, str], state: StepState
) -> None:
    options = StepOptions(parameters={"flat_field": parameters})
    events = check(engine, write_small(tmp_path / "in", small()), tmp_path, options, flat_field=parameters)
    assert [event.state for event in events] == [StepState.DONE, state, StepState.DONE]


@pytest.mark.usefixtures("flat_field_is_skipped_by_crds")
@pytest.mark.parametrize(
    ("parameters", "state"), [({}, StepState.DONE), ({"flat_field": {"skip": "true"}}, StepState.SKIPPED)]
)
def test_parameter_file_goes_before_crds_and_after_the_analyst(
    engine: Engine, tmp_path: Path, parameters: dict[str, dict[str, str]], state: StepState
) -> None:
    path = tmp_path / "mine.cfg"
    path.write_text(f"{CLASS}[steps]\n[[flat_field]]\nskip = False\n[[resample]]\nskip = False\n", "utf-8")
    options = StepOptions(parameters=parameters, parameter_file=path)
    events = check(engine, write_small(tmp_path / "in", small()), tmp_path, options, **parameters)
    assert [event.state for event in events if event.step == "flat_field"] == [state]


@pytest.mark.parametrize("form", ["asdf", "cfg", "shipped"])
def test_parameter_file(engine: Engine, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"mine.{form}"
    match form:
        case "asdf":
            # As strun --save-parameters writes it: with every parameter.
            pipeline = Image2Pipeline()
            pipeline.flat_field.inverse = True
            pipeline.photom.skip = True
            pipeline.output_dir = str(tmp_path / "elsewhere")
            pipeline.export_config(path, include_metadata=True)
        case "cfg":
            path.write_text(f"{CLASS}[steps]\n[[assign_wcs]]\nsip_degree = 3\n[[photom]]\nskip = True\n", "utf-8")
        case _:
            path = Path(jwst.pipeline.__file__).parent / "calwebb_wfs-image2.cfg"
    options = StepOptions(parameter_file=path)
    events = check(engine, write_small(tmp_path / "in", small()), tmp_path, options)
    skipped = [event.step for event in events if event.state is StepState.SKIPPED]
    assert skipped == ([] if form == "shipped" else ["photom"])
    assert not (tmp_path / "elsewhere").exists()


def test_a_skipped_background(engine: Engine, tmp_path: Path) -> None:
    science, sky = (write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2))
    table = write_association(tmp_path / "in" / "x_asn.json", {science: [sky]})
    options = StepOptions(skip=frozenset({"bkg_subtract"}))
    check(engine, table, tmp_path, options, bkg_subtract={"skip": True})


def test_step_parameters(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    science, *sky = (write_small(folder, small(exposure=number)) for number in range(1, 6))
    table = write_association(folder / "x_asn.json", {science: sky})
    options = StepOptions(
        parameters={
            "bkg_subtract": {"sigma": "1.2", "maxiters": "2"},
            "assign_wcs": {"sip_degree": "3"},
            "photom": {"apply_time_correction": "false"},
        }
    )
    check(
        engine,
        table,
        tmp_path,
        options,
        bkg_subtract={"sigma": 1.2, "maxiters": 2},
        assign_wcs={"sip_degree": 3},
        photom={"apply_time_correction": False},
    )


def test_the_inverse_operation(engine: Engine, tmp_path: Path) -> None:
    options = StepOptions(parameters={"flat_field": {"inverse": "true"}, "photom": {"inverse": "true"}})
    steps = {name: {"inverse": True} for name in ("flat_field", "photom")}
    given = write_small(tmp_path / "in", small())
    end, _ = engine([given], tmp_path / "ours", options)
    (stock,) = run_stock(given, tmp_path / "stock", **steps)
    assert end.results[0].saved == (tmp_path / "ours" / stock.name,)
    assert differences(tmp_path / "ours" / stock.name, stock) == []


def test_an_overridden_reference(engine: Engine, demo_cache: Path, tmp_path: Path) -> None:
    flat = shutil.copy(next(demo_cache.rglob("*_flat_*nrca3*.fits")), tmp_path / "my_flat.fits")
    with fits.open(flat, mode="update") as hdus:
        hdus["SCI"].data *= np.float32(1.25)
    options = StepOptions(overrides={"flat": str(flat)})
    check(engine, write_small(tmp_path / "in", small()), tmp_path, options, flat_field={"override_flat": str(flat)})


def test_a_reference_overridden_by_none(engine: Engine, tmp_path: Path) -> None:
    options = StepOptions(overrides={"flat": "N/A"})
    check(engine, write_small(tmp_path / "in", small()), tmp_path, options, flat_field={"override_flat": "N/A"})


def test_a_photom_table_without_the_exposure(engine: Engine, tmp_path: Path) -> None:
    check(engine, write_small(tmp_path / "in", small(pupil="PINHOLES")), tmp_path)


def test_an_exposure_without_a_visit_type(engine: Engine, tmp_path: Path) -> None:
    spec = ExposureSpec(visit_type=None, subarray="SUB64P", xstart=401, ystart=501, xsize=64, ysize=64)
    check(engine, write_small(tmp_path / "in", spec), tmp_path)


def test_integer_pixels(engine: Engine, tmp_path: Path) -> None:
    """What an outsider's file may look like."""
    path = write_small(tmp_path, small(), fault=0.0)
    with fits.open(path) as hdus:
        hdus["SCI"].data = (hdus["SCI"].data * 100).astype(np.int32)
        (tmp_path / "in").mkdir()
        hdus.writeto(tmp_path / "in" / path.name)
    check(engine, tmp_path / "in" / path.name, tmp_path)


def test_plain_fits_without_a_metadata_tree(engine: Engine, tmp_path: Path) -> None:
    """`Image2Pipeline.call` takes it as an open model only."""
    given = write_small(tmp_path / "in", small())
    with fits.open(given, mode="update") as hdus:
        del hdus["ASDF"]
    end, _ = engine([given], tmp_path / "ours")
    assert isinstance(end, RunFinished), end
    with datamodels.open(given) as model:
        (stock,) = run_stock(model, tmp_path / "stock")
    assert differences(tmp_path / "ours" / stock.name, stock) == []


@pytest.mark.shared
def test_the_file_of_the_institutes_simulators(
    engine: Engine, references: Callable[[str], None], shared_data: Path, tmp_path: Path
) -> None:
    references("NRCA1")
    packed = shared_data / "jw42424001001_01101_00001_nrca1_rate.fits.gz"
    check(engine, packed, tmp_path)


def test_the_comparison_sees_a_difference(tmp_path: Path) -> None:
    """The comparison itself is no rubber stamp."""
    first = write_small(tmp_path / "a", small())
    second = tmp_path / "b" / first.name
    second.parent.mkdir()
    with datamodels.open(first) as model:
        model.meta.target.proposer_name = "ANOTHER"
        model.data[3, 4] += 1
        model.save(second)
    found = " ".join(differences(first, second))
    assert "TARGPROP" in found
    assert "pixels of SCI" in found
    assert "meta.target.proposer_name" in found
