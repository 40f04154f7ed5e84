"""The panel *CRDS* in a window: each fault ends in a sentence, and in a button that helps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha1
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QLineEdit, QProgressBar, QPushButton, QTextBrowser

from tests.crds_server import serving
from tests.gui.crds_fakes import CONTEXT, SERVER, crds_needs, crds_state, needed
from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.crds import sentences
from wfsgui.core.crds.cache_check import CacheListing, Remnant
from wfsgui.core.crds.needs import (
    ContextChange,
    ContextComparison,
    CrdsFile,
    ExposureComparison,
    FileState,
    NeededFile,
)
from wfsgui.core.crds.queries import (
    CacheListingQuery,
    ContextComparisonQuery,
    CrdsContextsQuery,
    CrdsNeedsQuery,
    CrdsStateQuery,
)
from wfsgui.core.crds.state import CrdsContexts, CrdsState
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.gui.crds.comparison_dialog import ComparisonDialog
from wfsgui.gui.crds.context_dialog import ContextDialog
from wfsgui.gui.crds.panel import CrdsPanel
from wfsgui.gui.steps.rail_chip import RailChip

NO_SERVER = sentences.no_server(SERVER)
CACHED = [needed(CrdsFile("flat.fits", Path("/cache/flat.fits"), 10), FileState.CACHED)]


class Session:
    """A window with three exposures whose panel *CRDS* is open."""

    def __init__(self, driver: WindowDriver) -> None:
        self.driver, self.fake = driver, driver.fake
        self.exposures = driver.open(*driver.write(3))
        driver.load()

    def answer(self, state: Callable[[], CrdsState], files: Callable[[], list[NeededFile]]) -> None:
        """Set what the engine answers."""
        self.fake.answers[CrdsStateQuery] = lambda _query: state()
        self.fake.answers[CrdsNeedsQuery] = lambda query: crds_needs(query.exposures, files())

    def show(self) -> CrdsPanel:
        """Open the panel and wait until it shows what the engine has answered."""
        self.driver.action("crds").trigger()
        panel = self.panel
        self.driver.wait(lambda: len(panel.rows) == 3)
        return panel

    @property
    def panel(self) -> CrdsPanel:
        return find(self.driver.window, CrdsPanel)

    def button(self, name: str) -> QPushButton:
        """Find a button that can be seen."""
        (found,) = (each for each in self.panel.findChildren(QPushButton, name) if each.isVisibleTo(self.panel))
        return found

    def press(self, name: str) -> None:
        """Press a button."""
        QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def wait_for(self, text: str) -> None:
        """Wait until the panel says something."""
        self.driver.wait(lambda: text in self.panel.text)


@pytest.fixture
def session(driver: WindowDriver) -> Session:
    return Session(driver)


def test_ready_exposures_are_shown_with_the_state_of_crds(session: Session, tmp_path: Path) -> None:
    session.answer(lambda: crds_state(tmp_path), lambda: CACHED)
    panel = session.show()
    for text in ("Ready, also without a network", CONTEXT, "answered in 120 ms", str(tmp_path), "2.4 GB", "80 GB"):
        assert text in panel.text
    assert [row[1:] for row in panel.rows] == [("1", "1", "✓ ready")] * 3


def test_without_cache_and_network_the_demonstration_helps_at_once(session: Session, tmp_path: Path) -> None:
    settings = session.driver.settings

    def state() -> CrdsState:
        is_demonstration = settings.text("crds_source") == "demonstration"
        return crds_state(tmp_path) if is_demonstration else crds_state(tmp_path, server=NO_SERVER, context="")

    session.answer(state, lambda: CACHED)
    panel = session.show()
    assert "CRDS cannot work" in panel.text
    assert "names no context; check the network and CRDS_SERVER_URL" in panel.text
    session.press("crds_way_demonstration")
    session.wait_for("Ready")
    assert session.fake.restarts == 1
    assert any(text.startswith("The pipeline was started anew") for text in session.driver.sentences)
    assert any("the results are not for science" in text for text in session.driver.sentences)
    session.press("crds_own")
    session.wait_for("CRDS cannot work")
    assert settings.text("crds_source") == "crds"


def test_another_cache_takes_the_place_of_one_that_cannot_be_written(session: Session, tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.mkdir()

    def state() -> CrdsState:
        chosen = session.driver.settings.text("crds_path") == str(good)
        return crds_state(good if chosen else tmp_path, folder=None if chosen else sentences.read_only(tmp_path))

    missing = [needed(CrdsFile("flat.fits", tmp_path / "flat.fits", 10, "ab", "http://x"), FileState.MISSING)]
    session.answer(state, lambda: CACHED if session.driver.settings.text("crds_path") else missing)
    panel = session.show()
    assert "Missing: 1 file, 10 B" in panel.text
    assert "cannot be written, so missing files cannot be downloaded; change its permissions" in panel.text
    session.press("crds_way_other_cache")
    dialog = find(session.driver.window, QFileDialog, "file_dialog")
    dialog.filesSelected.emit([str(good)])
    dialog.reject()
    session.wait_for("Ready")
    assert str(good) in panel.text


def test_preparation_tells_bytes_and_goes_on_after_a_stop(session: Session, tmp_path: Path) -> None:
    published, place = tmp_path / "published" / "references" / "flat.dat", tmp_path / "cache" / "flat.dat"
    published.parent.mkdir(parents=True)
    # Larger than the pieces in which it is received, and than the buffers between.
    published.write_bytes(b"SIMPLE  = " + bytes(4_000_000))
    content = published.read_bytes()
    with serving(tmp_path / "published") as server:
        file = CrdsFile("flat.dat", place, len(content), sha1(content).hexdigest(), f"{server.url}/files/flat.dat")

        def files() -> list[NeededFile]:
            return [needed(file, FileState.CACHED if place.exists() else FileState.MISSING)]

        server.stalled.add("flat.dat")
        session.answer(lambda: crds_state(tmp_path), files)
        panel = session.show()
        assert "Missing: 1 file, 4.0 MB" in panel.text
        session.press("crds_prepare")
        bar = find(panel, QProgressBar, "crds_progress")
        session.driver.wait(lambda: server.stalls.is_set() and bar.format().endswith("of 4.0 MB"))
        session.press("crds_stop")
        session.wait_for("Stopped: 0 files were downloaded")
        assert not place.exists()
        server.stalled.clear()
        session.press("crds_prepare")
        session.wait_for("1 file was downloaded")
        session.wait_for("Ready, also without a network")
    assert place.read_bytes() == content
    first, second = server.starts
    assert first == 0
    assert second > 0


def test_cache_is_mended_when_the_analyst_agrees(session: Session, tmp_path: Path) -> None:
    part = tmp_path / "flat.fits.part"
    part.write_text("half")
    listing = CacheListing(tmp_path, (), (Remnant(part, sentences.left_part(part)),), knows_checksums=True)
    session.answer(lambda: crds_state(tmp_path), lambda: CACHED)
    session.fake.answers[CacheListingQuery] = lambda _query: listing
    session.show()
    session.press("crds_check")
    session.wait_for("1 remnant of earlier downloads")
    assert part.exists()
    assert session.button("crds_mend").text() == "Mend: remove 1 remnant"
    session.press("crds_mend")
    session.wait_for("the cache is mended")
    assert not part.exists()
    assert not session.button("crds_check").isHidden()
    assert not [each for each in session.panel.findChildren(QPushButton, "crds_mend") if each.isVisible()]


def test_a_context_is_chosen_by_a_name_that_exists(session: Session, tmp_path: Path) -> None:
    session.answer(lambda: crds_state(tmp_path), lambda: CACHED)
    session.fake.answers[CrdsContextsQuery] = lambda _query: CrdsContexts(CONTEXT, (CONTEXT,), ("jwst_1540.pmap",))
    session.show()
    session.press("crds_context")
    window = session.driver.window
    session.driver.wait(lambda: bool(window.findChildren(ContextDialog)))
    dialog = find(window, ContextDialog)
    entry = find(dialog, QLineEdit, "context_entry")
    ok = find(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    for name, fault in (("jwst_9.pmap", "not in the cache"), ("latest news", "no name of a CRDS context")):
        entry.setText(name)
        assert fault in find(dialog, QLabel, "context_fault").text()
        assert not ok.isEnabled()
    entry.setText("jwst_1540.pmap")
    QTest.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert session.driver.settings.text("crds_context") == "jwst_1540.pmap"
    session.driver.wait(lambda: session.fake.restarts == 1)


def test_two_contexts_are_compared_for_the_open_exposures(session: Session, tmp_path: Path) -> None:
    change = ContextChange("flat", ("flat_field",), "flat_1.fits", "")

    def compare(query: ContextComparisonQuery) -> ContextComparison:
        first, *others = query.exposures
        same = tuple(ExposureComparison(path, same=8) for path in others)
        return ContextComparison(query.first, query.second, (ExposureComparison(first, (change,), 7), *same))

    session.answer(lambda: crds_state(tmp_path), lambda: CACHED)
    session.fake.answers[CrdsContextsQuery] = lambda _query: CrdsContexts(CONTEXT, ("jwst_1293.pmap", CONTEXT))
    session.fake.answers[ContextComparisonQuery] = compare
    session.show()
    session.press("crds_compare")
    window = session.driver.window
    session.driver.wait(lambda: bool(window.findChildren(ComparisonDialog)))
    dialog = find(window, ComparisonDialog)
    QTest.mouseClick(find(dialog, QPushButton, "compare_contexts"), Qt.MouseButton.LeftButton)
    session.driver.wait(lambda: bool(dialog.rows))
    assert dialog.text == f"{CONTEXT} and jwst_1293.pmap select different references for 1 of 3 exposures."
    assert dialog.rows[1] == ("flat", "flat_field", "flat_1.fits", "none")
    dialog.reject()


def test_restart_waits_for_the_running_exposure_and_keeps_everything(session: Session, tmp_path: Path) -> None:
    session.answer(lambda: crds_state(tmp_path), lambda: CACHED)
    driver, fake = session.driver, session.fake
    session.show()
    first = session.exposures[0]
    fake.gate.clear()
    driver.press("F5")
    driver.wait(fake.entered.is_set)
    driver.settings.set("crds_path", str(tmp_path))
    driver.settings.set("crds_server", "https://other.example")
    driver.wait(lambda: "is started anew" in session.panel.text)
    assert any("when the running exposures have ended" in text for text in driver.sentences)
    assert fake.restarts == 0
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        fake.gate.set()
    assert fake.restarts == 1
    # The first one before, the others after the restart.
    assert [exposure.state for exposure in session.exposures] == [ExposureState.DONE] * 3
    assert [request.key for request in fake.requests] == [exposure.key for exposure in session.exposures]
    assert first.result is not None
    assert first.result.exists()


def test_failures_of_crds_lead_to_the_panel(session: Session, tmp_path: Path) -> None:
    session.answer(lambda: crds_state(tmp_path, server=NO_SERVER, context=""), lambda: CACHED)
    session.fake.refuses = "CRDS cannot work: its server did not answer."
    session.driver.run_all()
    message = next(each for each in session.driver.window.messages.messages if "CRDS cannot work" in each.text)
    (button,) = (each for each in message.findChildren(QPushButton) if each.text() == "Show CRDS")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    session.driver.wait(lambda: bool(session.driver.window.findChildren(CrdsPanel)) and session.panel.isVisible())
    session.wait_for("CRDS cannot work")
    # With another cache the same exposures can be run.
    session.fake.refuses = ""
    with session.driver.qtbot.waitSignal(session.driver.window.services.runner.loaded):
        session.driver.settings.set("crds_path", str(tmp_path))
    assert any("Run all runs those that failed again." in text for text in session.driver.sentences)
    session.driver.run_all()
    assert {exposure.state for exposure in session.exposures} == {ExposureState.DONE}


def test_preflight_card_leads_to_the_panel_where_references_are_not_known(session: Session, tmp_path: Path) -> None:
    session.answer(lambda: crds_state(tmp_path), lambda: CACHED)
    session.fake.lookup_fault = "CRDS has no context."
    preflight = session.driver.window.docks.preflight
    session.driver.window.docks.bring_up("preflight")
    session.driver.wait(lambda: "Show CRDS" in preflight.text)
    find(preflight, QTextBrowser, "preflight_page").anchorClicked.emit(QUrl("crds"))
    session.driver.wait(lambda: bool(session.driver.window.findChildren(CrdsPanel)) and session.panel.isVisible())


def test_engine_that_could_not_be_loaded_is_loaded_with_other_settings(driver: WindowDriver, tmp_path: Path) -> None:
    driver.fake.load_error = WfsguiError("The demonstration is not installed.")
    with driver.qtbot.waitSignal(driver.window.services.runner.load_failed):
        driver.window.begin([])
    driver.action("crds").trigger()
    driver.wait(lambda: "The demonstration is not installed." in find(driver.window, CrdsPanel).text)
    driver.fake.load_error = None
    with driver.qtbot.waitSignal(driver.window.services.runner.loaded):
        driver.settings.set("crds_path", str(tmp_path))


def test_engine_that_found_no_server_is_started_anew_when_there_is_one(session: Session, tmp_path: Path) -> None:
    def state() -> CrdsState:
        return replace(crds_state(tmp_path), restart_connects=session.fake.restarts == 0)

    session.answer(state, lambda: CACHED)
    session.driver.action("crds").trigger()
    session.driver.wait(lambda: session.fake.restarts == 1)
    session.wait_for("Ready")
    session.driver.wait(lambda: not session.driver.window.services.runner.is_restarting)
    assert session.fake.restarts == 1


def test_download_of_a_run_is_shown_in_the_rail_alone(session: Session) -> None:
    fake, window = session.fake, session.driver.window
    fake.downloads = tuple(("flat.fits", part, 200_000_000) for part in range(0, 100_000_001, 1_000_000))
    fake.gate.clear()
    changes: list[object] = []
    window.services.open_exposures.changed.connect(changes.append)
    chip = find(window, RailChip, "chip_assign_wcs")
    session.driver.press("F5")
    session.driver.wait(lambda: chip.status() == "fetching 100 MB of 200 MB")
    # Each change updates every panel: none is made for a part that has arrived.
    assert len(changes) < len(fake.downloads) / 2
    fake.gate.set()
    session.driver.wait(lambda: session.exposures[0].stages["assign_wcs"].state is StageState.DONE)
    session.driver.rest()
    assert "fetching" not in chip.status()
