"""Tasks that wait to be run, in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from wfsgui.core.model.exposure import Exposure, ExposureState

__all__ = ["ReviewStop", "RunQueue", "Task"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Task:
    """Steps of one exposure to be run.

    Attributes
    ----------
    exposure : Exposure
        The exposure.
    goal : str or None
        Last step to run; None to write the result.
    before : ExposureState
        State of the exposure before the task was queued.
    review : bool
        Whether the run stops for a verdict after each step.
    anew : bool
        Whether the run begins again with the first step, or with the fork of a branch.
    urgent : bool
        Whether the task goes before the others, and is started while other exposures wait for verdicts.
    replaces : ReviewStop or None
        The stop at which the analyst asked for this task.
    """

    exposure: Exposure
    goal: str | None
    before: ExposureState
    review: bool = False
    anew: bool = False
    urgent: bool = False
    replaces: ReviewStop | None = None

    @property
    def until(self) -> str | None:
        """Step after which the engine returns; None to run the rest and write the result."""
        if not self.review:
            return self.goal
        pending = self.exposure.own_steps if self.anew else self.exposure.pending_steps
        return pending[0] if pending else None

    @property
    def is_whole(self) -> bool:
        """Whether all steps are run without a stop, which a branch never does."""
        has_state = bool(self.exposure.finished_steps) and not self.anew
        return self.until is None and self.exposure.origin is None and not has_state

    @property
    def is_at_goal(self) -> bool:
        """Whether nothing is left to do once the analyst has accepted the last step."""
        return self.goal is not None and self.goal in self.exposure.finished_steps

    def continued(self) -> Task:
        """Return the task for the steps that follow a stop."""
        return replace(self, anew=False, urgent=True, replaces=None)


@dataclass(frozen=True, eq=False)
class ReviewStop:
    """A task that waits for a verdict.

    Attributes
    ----------
    task : Task
        The task.
    stage : str
        The step that the verdict is about.
    """

    task: Task
    stage: str


class RunQueue:
    """Tasks in their order; an exposure has one at most."""

    def __init__(self) -> None:
        self._tasks: deque[Task] = deque()
        self._begun: dict[str, Exposure] = {}
        self._goes_to_result = False

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def begun(self) -> list[Exposure]:
        """The exposures that were added since the last `reset_count`, in that order."""
        return list(self._begun.values())

    @property
    def is_whole_run(self) -> bool:
        """Whether a task was added since the last `reset_count` that writes a result."""
        return self._goes_to_result

    def add(self, task: Task) -> None:
        """Add a task: at the beginning if it is urgent, at the end otherwise."""
        self._begun[task.exposure.key] = task.exposure
        self._goes_to_result |= task.goal is None
        if task.urgent:
            self._tasks.appendleft(task)
        else:
            self._tasks.append(task)

    def take_next(self, can_start: Callable[[Task], bool]) -> Task | None:
        """Remove and return the first task that can be started; None if there is none."""
        task = next(filter(can_start, self._tasks), None)
        if task is not None:
            self._tasks.remove(task)
        return task

    def clear(self) -> Iterator[Task]:
        """Remove and return every task."""
        while self._tasks:
            yield self._tasks.popleft()

    def set_review(self, *, review: bool) -> None:
        """Set for every task whether it stops for verdicts."""
        self._tasks = deque(replace(task, review=review) for task in self._tasks)

    def drop(self, exposure: Exposure) -> None:
        """Remove the task of an exposure, and do not count the exposure any more."""
        self._tasks = deque(task for task in self._tasks if task.exposure is not exposure)
        self._begun.pop(exposure.key, None)

    def count(self, exposure: Exposure, *, in_place_of: Exposure) -> None:
        """Count an exposure in the place of another one that was added."""
        self._begun.pop(in_place_of.key, None)
        self._begun[exposure.key] = exposure

    def reset_count(self) -> None:
        """Begin to count again."""
        self._begun.clear()
        self._goes_to_result = False
