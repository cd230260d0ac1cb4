"""The workers of a pull. A task may hand out small pieces of its work and wait for them without idling.

Two queues: tasks, which may wait, and pieces, which never do. A task that waits works on pieces meanwhile, its
own or others', so that waiting tasks never block each other however few workers there are.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from orchestration.sources.stripe_api.failures import Stopped

T = TypeVar("T")
R = TypeVar("R")
Task = Callable[[], None]
_LAST_REQUESTS = 10.0  # seconds that workers get to end when the pull is stopped


class Crew:
    """Threads that work on two queues until both are empty.

    Args:
        stop: When set, workers end after what they are doing; set when all is done.
    """

    def __init__(self, size: int, stop: threading.Event) -> None:
        self._size = size
        self._stop = stop
        self._condition = threading.Condition()
        self._tasks: deque[Task] = deque()
        self._pieces: deque[Task] = deque()
        self._busy = 0
        self._error: BaseException | None = None

    def submit(self, task: Task) -> None:
        """Have a task done by any worker."""
        with self._condition:
            self._tasks.append(task)
            self._condition.notify()

    def gather(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        """`work` of every item, done by all free workers; for use inside a task.

        Raises:
            Exception: The first that any piece raised; the others are not begun then.
        """
        things = list(items)
        results: list[R | None] = [None] * len(things)
        errors: list[BaseException] = []
        left = [len(things)]

        def piece(number: int) -> None:
            try:
                if not errors:
                    results[number] = work(things[number])
            except BaseException as error:
                errors.append(error)
            with self._condition:
                left[0] -= 1
                self._condition.notify_all()

        with self._condition:
            self._pieces.extend(partial(piece, number) for number in range(len(things)))
            self._condition.notify_all()
        while True:
            with self._condition:
                while left[0] and not self._pieces:
                    self._condition.wait()
                if not left[0]:
                    break
                mine = self._pieces.popleft()
            mine()
        if errors:
            raise errors[0]
        return results  # type: ignore[return-value]  # every place is filled when there is no error

    def work(self, tick: Task, seconds: float) -> None:
        """Work until nothing is left to do, or until the pull is stopped; `tick` is called now and then.

        Raises:
            Exception: What a task raised that it should have handled.
        """
        threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(self._size)]
        for thread in threads:
            thread.start()
        try:
            while True:
                with self._condition:
                    if self._is_over():
                        break
                    self._condition.wait(seconds)
                tick()
        finally:
            self._stop.set()
            with self._condition:
                self._condition.notify_all()
            last = time.monotonic() + _LAST_REQUESTS
            for thread in threads:
                thread.join(max(0.0, last - time.monotonic()))
        if self._error is not None:
            raise self._error

    def _is_over(self) -> bool:
        is_idle = not self._tasks and not self._pieces and not self._busy
        return is_idle or self._stop.is_set() or self._error is not None

    def _serve(self) -> None:
        while True:
            with self._condition:
                while not self._pieces and not self._tasks and not self._stop.is_set():
                    self._condition.wait()
                if self._stop.is_set():
                    return
                task = self._pieces.popleft() if self._pieces else self._tasks.popleft()
                self._busy += 1
            try:
                task()
            except Stopped:
                pass
            except BaseException as error:
                self._error = self._error or error
                self._stop.set()
            finally:
                with self._condition:
                    self._busy -= 1
                    self._condition.notify_all()
