"""State of CRDS, needs of exposures and comparison of contexts, with the client of CRDS against a stub server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from astropy.io import fits

from tests.crds_server import NOBODY, CrdsServer, add_context, connected, serving
from tests.exposures import small, write_small
from wfsgui.core.crds.check import check_files, mend
from wfsgui.core.crds.download import download
from wfsgui.core.crds.faults import FaultKind
from wfsgui.core.crds.needs import CrdsNeeds, FileState
from wfsgui.core.crds.progress import UNWATCHED
from wfsgui.core.crds.queries import (
    CacheListingQuery,
    ContextComparisonQuery,
    CrdsContextsQuery,
    CrdsNeedsQuery,
    CrdsStateQuery,
)
from wfsgui.core.crds.state import Mode, Reason, ServerKind
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.queries import Query
from wfsgui.demo.references.crds_cache import CONTEXT_NAME, SERVERLESS_URL
from wfsgui.pipeline.processes.answers import answer_to

FLAT = "jwst_nircam_flat_demo-nrca3.fits"
T = TypeVar("T")

OTHER_FLAT = "jwst_nircam_flat_demo-nrca1.fits"


@pytest.fixture(scope="module")
def rate(references: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    references("NRCA3")
    return write_small(tmp_path_factory.mktemp("in"), small())


@pytest.fixture(scope="module")
def published(rate: Path, demo_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make what the server has: two contexts with different flats."""
    assert rate.is_file()
    folder = tmp_path_factory.mktemp("published") / "cache"
    shutil.copytree(demo_cache, folder, copy_function=os.link)
    add_context(folder, 9001, "flat", FLAT, OTHER_FLAT)
    return folder


@pytest.fixture
def server(published: Path) -> Iterator[CrdsServer]:
    with serving(published) as state:
        yield state


def ask(query: Query[T]) -> T:
    answer: Any = answer_to(query)
    if isinstance(answer, WfsguiError):
        raise answer
    found: T = answer
    return found


def needs_of(*exposures: Path, thorough: bool = False) -> CrdsNeeds:
    return ask(CrdsNeedsQuery(exposures, thorough=thorough))


def prepared(cache: Path, url: str, rate: Path) -> CrdsNeeds:
    """Prepare a cache and return what is needed before."""
    with connected(cache, url):
        needs = needs_of(rate)
        result = download(needs.to_download(), UNWATCHED.report, UNWATCHED.cancel)
        assert not result.failed, result.failed
    return needs


def test_cache_is_prepared_and_works_without_a_network(server: CrdsServer, rate: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    needs = prepared(cache, server.url, rate)
    assert (needs.context, needs.offline_context, needs.fault) == (CONTEXT_NAME, CONTEXT_NAME, None)
    (exposure,) = needs.exposures
    assert {needed.kind: needed.state for needed in exposure.files} == dict.fromkeys(
        ("pars-image2pipeline", "distortion", "filteroffset", "flat", "photom", "area"), FileState.MISSING
    )
    by_kind = {needed.kind: needed for needed in exposure.files}
    assert by_kind["flat"].steps == ("flat_field",)
    assert by_kind["pars-image2pipeline"].steps == ("calwebb_image2",)
    assert by_kind["flat"].file.size == (cache / "references/jwst/nircam" / FLAT).stat().st_size
    assert {"camera", "specwcs"} <= set(exposure.not_applicable)
    assert not needs.is_ready
    # Only the rules of NIRCam were fetched.
    assert {needed.file.name.split("_")[1] for needed in needs.rules} == {"demonstration.pmap", "nircam"}
    assert not list(cache.rglob("jwst_niriss*"))
    with connected(cache, NOBODY):
        offline = needs_of(rate, thorough=True)
        assert offline.is_ready_offline
        state = ask(CrdsStateQuery())
    assert (state.mode, state.reason, state.context) == (Mode.OFFLINE, Reason.DEMONSTRATION, CONTEXT_NAME)
    assert (state.server.kind, state.server.milliseconds) == (ServerKind.UNREACHABLE, None)
    assert not state.restart_connects


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({}, Reason.OPERATIONAL),
        ({"CRDS_CONTEXT": "jwst_9001.pmap"}, Reason.ENVIRONMENT),
        ({"CRDS_CONTEXT": "jwst_9001.pmap", "WFSGUI_CHOSEN_CRDS_SETTINGS": "CRDS_CONTEXT"}, Reason.SETTING),
    ],
)
def test_context_has_its_reason(server: CrdsServer, tmp_path: Path, environ: dict[str, str], reason: Reason) -> None:
    server.latest = "jwst_9001.pmap"
    with connected(tmp_path, server.url, **environ):
        state = ask(CrdsStateQuery())
    assert (state.context, state.reason, state.mode) == ("jwst_9001.pmap", reason, Mode.SERVER)
    assert state.server.kind is ServerKind.REACHABLE
    assert state.server.milliseconds
    assert state.cache.writable
    assert (state.cache.files, state.offline_context) == (0, "")


def test_another_context_is_used_offline_than_online(server: CrdsServer, rate: Path, tmp_path: Path) -> None:
    """Online, crds takes the context for the installed jwst; offline, the latest one that it has kept."""
    cache = tmp_path / "cache"
    server.latest = "jwst_9001.pmap"
    server.answers["get_build_context"] = f'{{"error": null, "result": "{CONTEXT_NAME}"}}'.encode()
    with connected(cache, server.url):
        needs = needs_of(rate)
        assert (needs.context, needs.offline_context) == (CONTEXT_NAME, "jwst_9001.pmap")
        assert ask(CrdsStateQuery()).reason is Reason.DEMONSTRATION
    # Its flat exists only in the rules.
    missing = {file.name for file in needs.to_download()}
    assert {FLAT, OTHER_FLAT} <= missing
    assert (cache / "mappings/jwst/jwst_9001.pmap").is_file()
    with connected(cache, NOBODY):
        state = ask(CrdsStateQuery())
    assert (state.context, state.reason, state.mode) == ("jwst_9001.pmap", Reason.CACHED, Mode.OFFLINE)


def test_two_contexts_are_compared(server: CrdsServer, rate: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "b_rate.fits"
    damaged.write_bytes(b"SIMPLE")
    with connected(tmp_path / "cache", server.url):
        found = ask(ContextComparisonQuery((rate, damaged), "", "jwst_9001.pmap"))
        by_date = ask(ContextComparisonQuery((rate,), "latest", "jwst-2025-10-01"))
        unknown = ask(ContextComparisonQuery((rate,), "", "jwst-2020-01-01"))
        known = ask(CrdsContextsQuery())
    assert (found.first, found.second) == (CONTEXT_NAME, "jwst_9001.pmap")
    (change,) = found.exposures[0].changes
    assert (change.kind, change.steps, change.first, change.second) == ("flat", ("flat_field",), FLAT, OTHER_FLAT)
    assert found.exposures[0].same == 5
    fault = found.exposures[1].fault
    assert fault is not None
    assert fault.kind is FaultKind.BAD_EXPOSURE
    assert by_date.exposures[0].changes == ()
    assert unknown.fault is not None
    assert (unknown.fault.kind, "jwst-2020-01-01" in unknown.fault.sentence) == (FaultKind.UNKNOWN_CONTEXT, True)
    assert known.named == {"latest": CONTEXT_NAME, "build": CONTEXT_NAME, "edit": CONTEXT_NAME}
    assert known.known == ("jwst_9001.pmap", CONTEXT_NAME)
    assert known.cached == ("jwst_9001.pmap", CONTEXT_NAME)


def test_damaged_files_are_found_and_mended(server: CrdsServer, rate: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    prepared(cache, server.url, rate)
    (flat,) = cache.rglob(FLAT)
    (rule,) = cache.rglob("jwst_nircam_area_demonstration.rmap")
    (area,) = cache.rglob("jwst_nircam_area_demo-nrca3.fits")
    content = flat.read_bytes()
    flat.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    rule.write_bytes(rule.read_bytes()[:-20])
    area.write_bytes(area.read_bytes()[:1000])
    left = [flat.with_name(f"{flat.name}.lock"), flat.with_name(f".{flat.name}.part")]
    for path in left:
        path.write_bytes(b"")
    with connected(cache, server.url):
        listing = ask(CacheListingQuery())
        check = check_files(listing, UNWATCHED.report, UNWATCHED.cancel)
        assert {faulty.file.name: faulty.fault.kind for faulty in check.faulty} == {
            flat.name: FaultKind.BAD_CHECKSUM,
            rule.name: FaultKind.BAD_SIZE,
            area.name: FaultKind.BAD_SIZE,
        }
        assert [remnant.fault.kind for remnant in check.remnants] == [FaultKind.LEFT_PART, FaultKind.LEFT_LOCK]
        assert (check.checked, check.unknown, check.is_sound) == (len(listing.files), 0, False)
        kept = mend(check, UNWATCHED.report, UNWATCHED.cancel, remove_remnants=False)
        assert not kept.is_complete
        assert [remnant.path for remnant in kept.kept] == left[::-1]
        check = check_files(ask(CacheListingQuery()), UNWATCHED.report, UNWATCHED.cancel)
        assert check.faulty == ()
        assert mend(check, UNWATCHED.report, UNWATCHED.cancel, remove_remnants=True).is_complete
        assert not any(path.exists() for path in left)


def test_damaged_file_stays_where_no_server_can_replace_it(rate: Path, published: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(published, cache, copy_function=os.link)
    (flat,) = cache.rglob(FLAT)
    content = flat.read_bytes()[:20_000]
    flat.unlink()
    flat.write_bytes(content)
    with connected(cache, SERVERLESS_URL):
        listing = ask(CacheListingQuery())
        check = check_files(listing, UNWATCHED.report, UNWATCHED.cancel)
        assert [(faulty.file.name, faulty.fault.kind) for faulty in check.faulty] == [(FLAT, FaultKind.UNREADABLE)]
        assert not listing.knows_checksums
        result = mend(check, UNWATCHED.report, UNWATCHED.cancel, remove_remnants=True)
        assert [faulty.fault.kind for faulty in result.download.failed] == [FaultKind.MISSING]
        assert ask(CrdsStateQuery()).mode is Mode.SERVERLESS
        assert needs_of(rate).exposures[0].files
    assert flat.read_bytes() == content


@dataclass
class Situation:
    """What a test may change before the question."""

    server: CrdsServer
    cache: Path
    rate: Path
    url: str
    environ: dict[str, str]

    def prepare(self) -> None:
        prepared(self.cache, self.server.url, self.rate)

    def rule(self) -> Path:
        return next(self.cache.rglob("jwst_nircam_area_demonstration.rmap"))


def nobody(now: Situation) -> None:
    now.url = NOBODY


def silent(now: Situation) -> None:
    now.server.silent.add("*")


def no_json(now: Situation) -> None:
    now.server.answers["*"] = b"<html>Log in</html>"


def wrong_json(now: Situation) -> None:
    now.server.answers["*"] = b'["jwst_9001.pmap"]'


def refusing(now: Situation) -> None:
    now.server.status = 503


def without_info(now: Situation) -> None:
    now.server.answers["get_server_info"] = b"{}"


def serverless(now: Situation) -> None:
    now.url = SERVERLESS_URL


def bad_name(now: Situation) -> None:
    now.environ["CRDS_CONTEXT"] = "not a context"


def unknown_name(now: Situation) -> None:
    now.environ["CRDS_CONTEXT"] = "jwst_9999.pmap"


def unknown_offline(now: Situation) -> None:
    now.prepare()
    now.url = NOBODY
    now.environ["CRDS_CONTEXT"] = "jwst_9999.pmap"


def incomplete(now: Situation) -> None:
    now.prepare()
    now.url = NOBODY
    now.rule().unlink()


def bad_rule(now: Situation) -> None:
    now.prepare()
    now.rule().write_text(now.rule().read_text("utf-8").replace("N/A", "n/a"), "utf-8")


def no_match(now: Situation) -> None:
    now.rate = Path(shutil.copy(now.rate, now.cache.parent))
    fits.setval(now.rate, "INSTRUME", value="MIRI")


def damaged_exposure(now: Situation) -> None:
    now.rate = now.cache.parent / "a_rate.fits"
    now.rate.write_bytes(b"hello")


@pytest.mark.parametrize(
    ("arrange", "kind", "words"),
    [
        (nobody, FaultKind.NO_CONTEXT, "cannot be reached (Connection refused)"),
        (silent, FaultKind.NO_CONTEXT, "did not answer within 1 s"),
        (no_json, FaultKind.NO_CONTEXT, "does not answer as a CRDS server (its answer is no JSON)"),
        (wrong_json, FaultKind.NO_CONTEXT, "it names no context"),
        (refusing, FaultKind.NO_CONTEXT, "HTTP status 503"),
        (without_info, FaultKind.NO_CONTEXT, "it does not describe its files"),
        (serverless, FaultKind.SERVERLESS, "has no config/jwst/server_config"),
        (bad_name, FaultKind.BAD_CONTEXT, "'not a context' is no name"),
        (unknown_name, FaultKind.UNKNOWN_CONTEXT, "jwst_9999.pmap is neither in the cache nor on the server"),
        (unknown_offline, FaultKind.UNKNOWN_CONTEXT, "jwst_9999.pmap is not in the cache, and no server is asked"),
        (incomplete, FaultKind.INCOMPLETE_CONTEXT, "jwst_nircam_area_demonstration.rmap is missing"),
        (bad_rule, FaultKind.BAD_CHECKSUM, "jwst_nircam_area_demonstration.rmap is damaged"),
        (no_match, FaultKind.NO_MATCH, f"The CRDS context {CONTEXT_NAME} has no "),
        (damaged_exposure, FaultKind.BAD_EXPOSURE, "The header of a_rate.fits cannot be read"),
    ],
)
def test_fault_has_a_sentence_of_its_own(
    server: CrdsServer,
    rate: Path,
    tmp_path: Path,
    arrange: Callable[[Situation], None],
    kind: FaultKind,
    words: str,
) -> None:
    now = Situation(server, tmp_path / "cache", rate, server.url, {"CRDS_CLIENT_TIMEOUT_SECONDS": "1"})
    arrange(now)
    with connected(now.cache, now.url, **now.environ):
        needs = needs_of(now.rate)
    fault = needs.fault or needs.exposures[0].fault
    assert fault is not None
    assert (fault.kind, words in fault.what) == (kind, True), fault.sentence
    assert fault.sentence.endswith(".")
    assert "\n" not in fault.sentence


def test_read_only_cache_is_used_as_it_is(server: CrdsServer, rate: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    prepared(cache, server.url, rate)
    (flat,) = cache.rglob(FLAT)
    flat.unlink()
    with connected(cache, server.url, CRDS_READONLY_CACHE="1"):
        state, needs = ask(CrdsStateQuery()), needs_of(rate)
        (missing,) = needs.exposures[0].in_state(FileState.MISSING)
        result = download([missing.file], UNWATCHED.report, UNWATCHED.cancel)
    assert state.cache.fault is not None
    assert (state.cache.writable, state.cache.fault.kind) == (False, FaultKind.READ_ONLY)
    assert state.context == CONTEXT_NAME
    assert missing.fault is not None
    assert missing.fault.sentence.startswith(f"{FLAT} is not in the cache {cache}, which cannot be written; change")
    assert [faulty.fault.kind for faulty in result.failed] == [FaultKind.READ_ONLY]


def test_server_that_answers_again_is_told(server: CrdsServer, tmp_path: Path) -> None:
    server.status = 503
    with connected(tmp_path, server.url):
        assert ask(CrdsStateQuery()).context == ""
        server.status = 200
        state = ask(CrdsStateQuery())
    assert (state.mode, state.server.kind, state.restart_connects) == (Mode.OFFLINE, ServerKind.REACHABLE, True)


def test_unexpected_error_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr("crds.core.config.get_crds_path", fail)
    answer = answer_to(CacheListingQuery())
    assert isinstance(answer, WfsguiError)
    assert "listing the cache of CRDS failed: odd" in str(answer)
