"""Things that one thread produces while the others wait."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from wfsgui.pipeline.processes.once_only import OnceOnly

NEVER = threading.Event()


def test_threads_wait_until_the_thing_is_produced() -> None:
    once, made = OnceOnly(), threading.Event()
    first = once.claim("x", NEVER)
    with ThreadPoolExecutor(2) as threads:
        others = [threads.submit(lambda: (once.claim("x", NEVER), made.is_set())) for _ in range(2)]
        made.set()
        first.end(produced=True)
        assert [future.result(10)[1] for future in others] == [True, True]


def test_one_thread_at_a_time_if_nothing_is_produced() -> None:
    once, inside, most = OnceOnly(), [0], [0]

    def work() -> None:
        claim = once.claim("x", NEVER)
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        inside[0] -= 1
        claim.end()
        # Ending a claim twice must not end the claim of another thread.
        claim.end()

    with ThreadPoolExecutor(8) as threads:
        for future in [threads.submit(work) for _ in range(200)]:
            future.result(10)
    assert most == [1]


def test_another_thing_is_not_waited_for() -> None:
    once = OnceOnly()
    once.claim("x", NEVER)
    once.claim("y", NEVER).end()


def test_cancelling_ends_the_waiting() -> None:
    once, stop = OnceOnly(), threading.Event()
    holder = once.claim("x", NEVER)
    stop.set()
    waiting = once.claim("x", stop)
    waiting.end()
    with ThreadPoolExecutor(1) as threads:
        third = threads.submit(once.claim, "x", NEVER)
        assert not third.done()
        holder.end()
        third.result(10)
