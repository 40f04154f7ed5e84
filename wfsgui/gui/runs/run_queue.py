"""What is still to be run: tasks in their order, and those that wait for a verdict."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from wfsgui.core.model.exposure import Exposure, ExposureState

__all__ = ["RunQueue", "Task"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """One exposure to be taken further.

    Attributes
    ----------
    exposure : Exposure
        Which.
    goal : str or None
        Last step to run; None for the finished result.
    before : ExposureState
        Its state before it was queued.
    review : bool
        Whether it waits for a verdict after each step.
    redo : str or None
        The step that is run again.
    anew : bool
        Whether the chain begins anew.
    urgent : bool
        Whether it goes before the others, and does not wait for verdicts on them.
    waited : Task or None
        The task that waited for a verdict when this one was asked for instead.
    waited_at : str
        The step on which that verdict was waited for.
    """

    exposure: Exposure
    goal: str | None
    before: ExposureState
    review: bool = False
    redo: str | None = None
    anew: bool = False
    urgent: bool = False
    waited: Task | None = None
    waited_at: str = ""

    @property
    def until(self) -> str | None:
        """Last step of the next piece of work; None to run the rest and write the result."""
        if self.redo is not None:
            return self.redo
        if not self.review:
            return self.goal
        pending = self.exposure.steps if self.anew else self.exposure.pending_steps
        return pending[0] if pending else None

    @property
    def is_whole(self) -> bool:
        """Whether the whole chain is run at once."""
        return self.until is None and (self.anew or not self.exposure.finished_steps)

    @property
    def is_at_goal(self) -> bool:
        """Whether nothing is left to do once the analyst has accepted the last step."""
        return self.goal is not None and self.goal in self.exposure.finished_steps

    @property
    def can_wait_again(self) -> bool:
        """Whether the result that a verdict was waited for is still there."""
        return self.waited is not None and self.exposure.finished_steps[-1:] == (self.waited_at,)

    def continued(self) -> Task:
        """Return the task as it goes on after a step."""
        return replace(self, redo=None, anew=False, urgent=True, waited=None, waited_at="")


class RunQueue:
    """Tasks in their order; an exposure has one at most."""

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()
        self._waiting: dict[str, Task] = {}
        self._begun: dict[str, Exposure] = {}
        self._goes_to_result = False

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def count(self) -> int:
        """Exposures that have had a task since nothing was left to do."""
        return len(self._begun)

    @property
    def begun(self) -> list[Exposure]:
        """The exposures that have had a task since nothing was left to do, in that order."""
        return list(self._begun.values())

    @property
    def is_whole_run(self) -> bool:
        """Whether any of these tasks was to bring an exposure to its result."""
        return self._goes_to_result

    @property
    def left(self) -> int:
        """Tasks that wait for their turn or for a verdict."""
        return len(self._tasks) + len(self._waiting)

    def add(self, task: Task) -> None:
        """Put a task into its place."""
        self._begun[task.exposure.key] = task.exposure
        self._goes_to_result |= task.goal is None
        if task.urgent:
            self._tasks.appendleft(task)
        else:
            self._tasks.append(task)

    def next(self, can_start: Callable[[Task], bool]) -> Task | None:
        """Take the next task out that can be started; while a verdict is waited for, only urgent ones."""
        for task in self._tasks:
            if (task.urgent or not self._waiting) and can_start(task):
                self._tasks.remove(task)
                return task
        return None

    def await_verdict(self, task: Task) -> None:
        """Set a task aside until the analyst has decided."""
        self._waiting[task.exposure.key] = task

    @property
    def is_held(self) -> bool:
        """Whether nothing goes on before a verdict."""
        return bool(self._waiting)

    def waiting(self, exposure: Exposure) -> Task | None:
        """Return the task that waits for a verdict on an exposure."""
        return self._waiting.get(exposure.key)

    def take_waiting(self, exposure: Exposure) -> Task | None:
        """Take out the task that waits for a verdict on an exposure."""
        return self._waiting.pop(exposure.key, None)

    def clear(self) -> Iterator[Task]:
        """Take out every task that waits for its turn."""
        while self._tasks:
            yield self._tasks.popleft()

    def set_review(self, *, review: bool) -> None:
        """Have every task wait for verdicts, or none of them."""
        self._tasks = deque(replace(task, review=review) for task in self._tasks)
        self._waiting = {key: replace(task, review=review) for key, task in self._waiting.items()}

    def drop(self, exposure: Exposure) -> None:
        """Take out whatever belongs to an exposure."""
        self._tasks = deque(task for task in self._tasks if task.exposure is not exposure)
        self._waiting.pop(exposure.key, None)
        self._begun.pop(exposure.key, None)

    def reset_count(self) -> None:
        """Begin to count anew, because nothing is left to do."""
        self._begun.clear()
        self._goes_to_result = False
