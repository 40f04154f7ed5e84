"""Sentences on faults and on the state of CRDS."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from wfsgui.core.crds import descriptions, sentences
from wfsgui.core.crds.faults import CrdsFaultError, FaultKind
from wfsgui.core.crds.needs import (
    ContextChange,
    ContextComparison,
    CrdsFile,
    ExposureComparison,
    ExposureNeeds,
    FileState,
    NeededFile,
)
from wfsgui.core.crds.server import ask_server
from wfsgui.core.crds.state import CacheState, CrdsState, Mode, Reason, ServerKind, ServerState

CACHE = Path("/cache")
SERVER = "https://crds.example"

FAULTS = [
    sentences.no_server(SERVER),
    sentences.slow_server(SERVER, 5),
    sentences.wrong_answer(SERVER, "it is no JSON"),
    sentences.not_on_server("a.fits", SERVER),
    sentences.no_cache(CACHE),
    sentences.read_only(CACHE),
    sentences.no_context(sentences.no_server(SERVER), CACHE),
    sentences.bad_context("x"),
    sentences.unknown_context("jwst_1.pmap"),
    sentences.incomplete_context("jwst_1.pmap", "a.rmap"),
    sentences.no_match(("flat",), "jwst_1.pmap"),
    sentences.withdrawn("a.fits"),
    sentences.bad_exposure(Path("a_rate.fits"), "no header"),
    sentences.missing("a.fits", can_download=True),
    sentences.bad_size(CACHE / "a.fits", 1, 2),
    sentences.bad_checksum(CACHE / "a.fits"),
    sentences.unreadable(CACHE / "a.fits", "it is empty"),
    sentences.disk_full(CACHE, 10**9, 10**6),
    sentences.locked("a.fits"),
    sentences.left_lock(CACHE / "a.lock"),
    sentences.left_part(CACHE / ".a.part"),
    sentences.serverless(CACHE),
    sentences.other("reading", "odd"),
]


def test_every_kind_of_fault_has_a_sentence_of_its_own() -> None:
    assert {fault.kind for fault in FAULTS} == set(FaultKind)
    assert len({fault.sentence for fault in FAULTS}) == len(FaultKind)
    for fault in FAULTS:
        assert not fault.what.endswith(".")
        assert fault.way_out[0].islower()
        error = CrdsFaultError(fault)
        assert str(pickle.loads(pickle.dumps(error))) == fault.sentence


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (9960, "10 kB"), (999_600, "1.0 MB"), (118_000_000, "118 MB")],
)
def test_sizes_have_three_digits_at_most(count: int, text: str) -> None:
    assert sentences.size_text(count) == text


def test_state_is_described() -> None:
    cache = CacheState(CACHE, exists=True, writable=True, files=2, size=3_000_000, free=5_000_000_000)
    server = ServerState(SERVER, ServerKind.REACHABLE, 45.2, "jwst_2.pmap")
    state = CrdsState("jwst_1.pmap", Reason.BUILD, Mode.SERVER, server, cache, "jwst_2.pmap")
    assert descriptions.context_text(state).startswith("The context jwst_1.pmap is in force, because the server names")
    assert descriptions.server_text(server) == f"The server {SERVER} answered in 45 ms."
    assert descriptions.cache_text(cache) == "The cache /cache has 2 files, 3.0 MB, 5.0 GB are free on its disk."
    assert "would use jwst_2.pmap, not jwst_1.pmap" in descriptions.offline_text("jwst_1.pmap", "jwst_2.pmap")
    assert descriptions.offline_text("jwst_1.pmap", "jwst_1.pmap") == ""
    assert descriptions.server_text(ask_server("https://x-serverless.example")).startswith("No server is asked")
    texts = {descriptions.context_text(replace(state, reason=reason)) for reason in Reason}
    assert len(texts) == len(Reason)


def test_needs_of_an_exposure_are_counted() -> None:
    file = CrdsFile("a.fits", CACHE / "a.fits", 2_000_000)
    needed = [NeededFile("flat", ("flat_field",), file, state) for state in FileState]
    assert descriptions.exposure_text(ExposureNeeds(Path("a"), tuple(needed))) == (
        "Of 3 reference files, 1 is missing and 1 is damaged (4.0 MB to download)."
    )
    assert descriptions.exposure_text(ExposureNeeds(Path("a"), (needed[0],))) == (
        "All 1 reference files are in the cache."
    )


def test_comparison_is_counted() -> None:
    change = ContextChange("flat", ("flat_field",), "a.fits", "b.fits")
    exposures = (ExposureComparison(Path("a"), (change,), 3), ExposureComparison(Path("b"), (), 4))
    comparison = ContextComparison("jwst_1.pmap", "jwst_2.pmap", exposures)
    assert descriptions.comparison_text(comparison).endswith("select different references for 1 of 2 exposures.")
    assert [descriptions.change_text(exposure) for exposure in exposures] == [
        "1 of 4 references differ: flat.",
        "Both contexts select the same references (4 types).",
    ]
