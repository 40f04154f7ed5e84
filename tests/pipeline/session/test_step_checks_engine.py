"""Step checks on the real chain: a good run meets all expectations, and another flat is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.exposures import small, write_association, write_small
from tests.pipeline.conftest import Engine
from wfsgui.core.measure.measured import Row
from wfsgui.core.model.events import ExposureOpened, StepFinished, StepState
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.step_checks.evidence import Evidence, Outcome
from wfsgui.core.step_checks.step_effect import step_effect

Chain = Callable[..., dict[str, Evidence]]


@pytest.fixture
def chain(engine: Engine, references: Callable[[str], None], tmp_path: Path) -> Chain:
    """Calibrate an exposure with two backgrounds; returns the evidence of each step."""
    references("NRCA3")

    def calibrate(options: StepOptions | None = None) -> dict[str, Evidence]:
        science = write_small(tmp_path / "in", small(), 7.0)
        backgrounds = [write_small(tmp_path / "in", small(exposure=number), 5.0) for number in (2, 3)]
        association = write_association(tmp_path / "in" / "asn.json", {science: backgrounds})
        _, events = engine([association], tmp_path / "out", options, images=True)
        opened = next(event.image for event in events if isinstance(event, ExposureOpened))
        assert opened is not None
        finished = [event for event in events if isinstance(event, StepFinished)]
        images = [opened, *(event.image for event in finished if event.image is not None)]
        return {
            event.step: Evidence(
                stage=event.step,
                before=before,
                after=after,
                skipped=event.state is StepState.SKIPPED,
                metadata=event.metadata,
                references=event.references,
                backgrounds=tuple(backgrounds),
            )
            for event, before, after in zip(finished, images[:-1], images[1:], strict=True)
        }

    return calibrate


def numbers(facts: tuple[Row, ...], name: str) -> Iterator[float]:
    value = next(fact.value for fact in facts if fact.name == name)
    for part in value.replace("=", " ").replace(",", " ").split():
        try:
            yield float(part)
        except ValueError:
            continue


def test_a_good_run_meets_every_expectation(chain: Chain) -> None:
    made = chain()
    effects = {step: step_effect(evidence) for step, evidence in made.items()}
    assert list(effects) == ["bkg_subtract", "assign_wcs", "flat_field", "photom"]
    found = {(step, entry.name): entry for step, effect in effects.items() for entry in effect.expectations}
    assert len(found) == 14
    assert [entry for entry in found.values() if entry.outcome is not Outcome.MET] == []
    facts = {step: effect.facts for step, effect in effects.items()}
    assert next(numbers(facts["bkg_subtract"], "Level subtracted")) == pytest.approx(5, abs=0.1)
    members = [fact for fact in facts["bkg_subtract"] if fact.name.startswith("Level of")]
    assert [float(fact.value.split()[0]) for fact in members] == pytest.approx([5, 5], abs=0.1)
    assert next(numbers(facts["photom"], "Ratio measured")) == pytest.approx(
        float(made["photom"].metadata["meta.photometry.conversion_megajanskys"]), rel=1e-6
    )
    gained = {row.name: row.gained for row in effects["flat_field"].transitions}
    assert gained["DO_NOT_USE"] > 0
    assert not any(row.lost for effect in effects.values() for row in effect.transitions)


def test_wcs_checks_equal_the_reference_files(chain: Chain) -> None:
    facts = step_effect(chain()["assign_wcs"]).facts
    assert list(numbers(facts, "Pixel scale")) == pytest.approx([0.031, 0.031], rel=0.03)
    # The filter's offset in the reference file moves the pointing by a few pixels at most.
    assert next(numbers(facts, "WCS to pointing")) < 0.3
    assert list(numbers(facts, "Target")) == pytest.approx([623.5, 523.5], abs=10)


def test_another_flat_than_the_one_used_is_found(chain: Chain, tmp_path: Path) -> None:
    evidence = chain()["flat_field"]
    (flat,) = (reference for reference in evidence.references if reference.type == "flat")
    assert flat.path is not None
    other = tmp_path / flat.path.name
    with fits.open(flat.path) as hdus:
        hdus["SCI"].data *= np.float32(1.01)
        hdus.writeto(other)
    (told, *_) = step_effect(replace(evidence, references=(replace(flat, path=other),))).expectations
    assert told.outcome is Outcome.NOT_MET


def test_a_step_that_was_skipped_is_not_judged(chain: Chain) -> None:
    effect = step_effect(chain(StepOptions(skip=frozenset({"flat_field"})))["flat_field"])
    assert effect.facts[0].value == "skipped"
    assert {entry.outcome for entry in effect.expectations} == {Outcome.UNKNOWN}
