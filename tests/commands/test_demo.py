"""Visits of the demonstration, as the window and the command line get them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from wfsgui import cli
from wfsgui.commands import demo
from wfsgui.core.errors import WfsguiError
from wfsgui.demo import provision
from wfsgui.demo.visit import visit
from wfsgui.demo.visit.kinds import Kind
from wfsgui.demo.visit.optics import Telescope
from wfsgui.demo.visit.plan import NOT_TAKEN_YET
from wfsgui.pipeline.crds_environment import CrdsEnvironment


@pytest.fixture(autouse=True)
def small_demonstration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make small visits, in a folder of the test's own."""
    telescope = Telescope(pupil_samples=256, field=128, wavelengths=(2.12e-6,))
    plans = {kind: replace(plan, telescope=telescope) for kind, plan in visit.DEMONSTRATION.items()}
    cut = {Kind.TODAY: 64, Kind.OLDER: 64, Kind.MIMF: None}
    small = {kind: replace(plan, cut=cut[kind]) for kind, plan in plans.items()}
    monkeypatch.setattr(visit, "DEMONSTRATION", small)
    monkeypatch.setattr(provision, "demo_folder", lambda: tmp_path / "demonstration")
    return tmp_path / "demonstration"


@pytest.mark.parametrize(
    ("kind", "folder", "products"),
    [
        (
            Kind.TODAY,
            "visit",
            [
                ("jw99001002001_03102_00001_nrca1", 2),
                ("jw99001002001_03101_00001_nrca1", 0),
                ("jw99001002001_03102_00001_nrcalong", 0),
            ],
        ),
        (
            Kind.OLDER,
            "older-visit",
            [
                ("jw99001001001_03102_00001_nrca3", 3),
                ("jw99001001001_03102_00002_nrca3", 3),
                ("jw99001001001_03101_00001_nrca3", 0),
                ("jw99001001001_03101_00002_nrca3", 0),
                ("jw99001001001_03103_00001_nrca3", 0),
            ],
        ),
        (
            Kind.MIMF,
            "mimf-visit",
            [
                *([] if "NRS_MIMF" in NOT_TAKEN_YET else [("jw99001003001_03101_00001_nrs1", 0)]),
                ("jw99001003001_03102_00001_nis", 0),
                ("jw99001003001_03103_00001_mirimage", 0),
                ("jw99001003001_03104_00001_guider1", 0),
            ],
        ),
    ],
)
def test_demo_products_makes_only_the_requested_visit(
    kind: Kind, folder: str, products: list[tuple[str, int]], small_demonstration: Path
) -> None:
    messages: list[str] = []
    intake = provision.demo_products(kind, messages.append)
    assert [(product.name, len(product.backgrounds)) for product in intake.products] == products
    assert intake.declined == []
    assert [path.name for path in small_demonstration.iterdir()] == [folder]
    assert str(small_demonstration) in messages[0]


def test_demo_references_makes_each_detector_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(
        "wfsgui.demo.references.crds_cache.ensure_references", lambda _, detector: made.append(detector)
    )
    provision.demo_references(["NRS1", "NRCA1", "NRCALONG", "NRCA1"], lambda _: None)
    assert made == ["NRCA1", "NRCALONG", "NRS1"]
    with pytest.raises(WfsguiError, match="no reference files for MIRIFULONG"):
        provision.demo_references(["MIRIFULONG"], lambda _: None)


def test_demo_command_accepts_every_visit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(parsed: object) -> int:
        asked.append(vars(parsed)["visit"])
        return 0

    monkeypatch.setattr(demo, "demo_command", note)
    run: Callable[[list[str]], int] = cli.main
    for options in ([], *(["--visit", kind.value] for kind in Kind)):
        assert run(["demo", "--headless", *options]) == 0
    assert asked == ["today", "today", "older", "mimf"]
    with pytest.raises(SystemExit):
        run(["demo", "--visit", "tomorrow"])
    assert "invalid choice: 'tomorrow'" in capsys.readouterr().err


def test_demo_command_writes_evidence_beside_the_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def note(_intake: object, _options: object, _crds: object, parsed: object) -> int:
        asked.append(vars(parsed)["evidence"])
        return 0

    environment = CrdsEnvironment(path="", server="", context="", notices=())
    monkeypatch.setattr(demo, "demo_settings", dict)
    monkeypatch.setattr(demo, "configure", lambda _settings: environment)
    monkeypatch.setattr(demo, "demo_references", lambda _detectors: None)
    monkeypatch.setattr("wfsgui.commands.calibrate.calibrate", note)
    assert cli.main(["demo", "--headless", "-o", str(tmp_path / "out")]) == 0
    assert asked == [tmp_path / "out" / "evidence"]
