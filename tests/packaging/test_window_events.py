"""Order of windows, read from the output of xev."""

from __future__ import annotations

from itertools import count
from typing import Final

from proof.window_events import Shown, shown_windows

# Output of xev 1.2 for a program whose first windows are never shown.
EVENTS: Final = """\

CreateNotify event, serial 18, synthetic NO, window 0x50d,
    parent 0x50d, window 0x400005, (0,0), width 3, height 3
border_width 0, override NO

CreateNotify event, serial 18, synthetic NO, window 0x50d,
    parent 0x50d, window 0x400007, (620,430), width 360, height 140
border_width 0, override NO

MapNotify event, serial 18, synthetic NO, window 0x50d,
    event 0x50d, window 0x400007, override NO

CreateNotify event, serial 18, synthetic NO, window 0x50d,
    parent 0x50d, window 0x400011, (-10,0), width 640, height 480
border_width 0, override NO

ConfigureNotify event, serial 18, synthetic NO, window 0x50d,
    event 0x50d, window 0x400011, (0,0), width 1440, height 900,
    border_width 0, above 0x400007, override NO

MapNotify event, serial 18, synthetic NO, window 0x50d,
    event 0x50d, window 0x400011, override NO

UnmapNotify event, serial 18, synthetic NO, window 0x50d,
    event 0x50d, window 0x400007, from_configure NO
"""


def windows_of(events: str) -> list[Shown]:
    return list(shown_windows(events.splitlines(keepends=True), count().__next__))


def test_windows_are_listed_up_to_the_main_window() -> None:
    assert windows_of(EVENTS) == [Shown(360, 0), Shown(1440, 1)]


def test_events_after_the_main_window_are_not_read() -> None:
    lines = iter(EVENTS.splitlines(keepends=True))
    assert len(list(shown_windows(lines, count().__next__))) == 2
    assert next(lines).strip() == ""


def test_without_a_splash_screen_the_main_window_is_the_first() -> None:
    main = EVENTS[EVENTS.index("CreateNotify event", EVENTS.index("MapNotify")) :]
    assert [shown.width for shown in windows_of(main)] == [1440]


def test_no_window_gives_an_empty_list() -> None:
    assert windows_of(EVENTS[: EVENTS.index("MapNotify")]) == []
