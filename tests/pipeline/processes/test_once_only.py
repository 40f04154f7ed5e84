"""Taking turns."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from wfsgui.pipeline.processes.once_only import Turns

NEVER = threading.Event()


def test_what_has_been_made_is_waited_for_once() -> None:
    turns, made = Turns(), threading.Event()
    first = turns.take("x", NEVER)
    with ThreadPoolExecutor(2) as threads:
        others = [threads.submit(lambda: (turns.take("x", NEVER), made.is_set())) for _ in range(2)]
        made.set()
        first.end(made=True)
        assert [future.result(10)[1] for future in others] == [True, True]


def test_one_after_the_other_where_nothing_is_made() -> None:
    turns, inside, most = Turns(), [0], [0]

    def work() -> None:
        turn = turns.take("x", NEVER)
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        inside[0] -= 1
        turn.end()
        # A turn that has ended is not ended again: it may be somebody else's by now.
        turn.end()

    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(work) for _ in range(200)]:
            future.result(10)
    assert most == [1]


def test_other_things_are_not_waited_for() -> None:
    turns = Turns()
    turns.take("x", NEVER)
    turns.take("y", NEVER).end()


def test_a_stop_ends_the_waiting() -> None:
    turns, stop = Turns(), threading.Event()
    holder = turns.take("x", NEVER)
    stop.set()
    waiting = turns.take("x", stop)
    waiting.end()
    with ThreadPoolExecutor(1) as threads:
        third = threads.submit(turns.take, "x", NEVER)
        assert not third.done()
        holder.end()
        third.result(10)
