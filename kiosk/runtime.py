"""The kiosk's only threads: one engine, and one worker for each device handle.

A worker hands every event its driver yields to the engine and waits for the verdict; only frozen
messages cross. A worker that hangs is given up: its device is lost, and in a payment that is doubt.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kiosk.checkout.commands import (
    Command,
    DeviceCommand,
    Forget,
    RequestCancel,
    StartTimer,
    StopTimer,
)
from kiosk.checkout.events import Device, DeviceOnline, Event, TimerFired
from kiosk.checkout.states import State
from kiosk.checkout.step import Verdict
from kiosk.clock import Clock
from kiosk.engine import Engine, Resolve, Unlock, no_pin
from kiosk.faults import fault_of, hung
from kiosk.ids import Handle
from kiosk.journal import Journal, Row
from kiosk.ports import Cancel, DeviceError, Driver, JournalError, Run, Unavailable
from kiosk.timers import Timers

VERDICT_SECONDS = 2.0
"""A disk slower than this makes the driver ask its device to wait; T3 of a terminal is 5 s."""
HANG_SECONDS = 300.0
"""No yield for this long, though every driver's own deadlines are shorter."""
BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)

log = logging.getLogger("kiosk.runtime")


@dataclass(slots=True)
class Question:
    """An event on its way to the engine, and the place for the verdict."""

    event: Event
    worker: Worker | None = None
    verdict: Verdict = Verdict.WAIT
    answered: threading.Event = field(default_factory=threading.Event)

    def answer(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.answered.set()


@dataclass(slots=True)
class Reading:
    """Records that somebody wants to read, and the place for them; None: nobody reads any more."""

    after: int
    most: int
    rows: list[Row] | None = None
    failed: JournalError | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Worker:
    """Owns one driver on one thread; at most one command is under way."""

    def __init__(
        self, device: Device, driver: Driver, ask: Callable[[Question], None], clock: Clock
    ) -> None:
        self.device = device
        self.command: DeviceCommand | None = None
        self._finished: DeviceCommand | None = None
        self.progress = clock.monotonic()
        self._driver = driver
        self._ask = ask
        self._clock = clock
        self._commands: queue.SimpleQueue[DeviceCommand] = queue.SimpleQueue()
        self._wanted = Cancel()
        self._cancel = Cancel()
        self._online = False
        self._failures = 0
        self._given_up = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"device-{device}", daemon=True)

    def start(self) -> None:
        """Begin to watch the device."""
        self._thread.start()

    @property
    def busy(self) -> bool:
        """A command was given that is not finished; its last event may bring the next one."""
        return self.command is not self._finished

    def give(self, command: DeviceCommand) -> None:
        """Carry out a command as soon as the watching has stopped. Engine thread only."""
        self.command, self.progress = command, self._clock.monotonic()
        self._cancel = Cancel()
        self._commands.put(command)
        self._wanted.set()

    def request_cancel(self) -> None:
        """Ask the command under way to stop. Engine thread only."""
        self._cancel.set()

    def give_up(self) -> None:
        """The worker hangs: whatever it may still say is refused."""
        self._given_up = True
        self._stop.set()

    def stop(self) -> None:
        """Ask the thread to end."""
        self._stop.set()
        self._cancel.set()
        self._wanted.set()

    def join(self, seconds: float) -> bool:
        """Wait for the end; False if it hangs."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                self._watch()
            else:
                self._execute(command)
        self._driver.close()

    def _execute(self, command: DeviceCommand) -> None:
        self.progress = self._clock.monotonic()
        try:
            self._drive(self._driver.execute(command, self._cancel))
        except Exception as error:  # noqa: BLE001 - any failure of a driver becomes a fault
            self._failed(error, command)
        self._finished = command

    def _watch(self) -> None:
        wanted = self._wanted = Cancel()
        if not self._commands.empty() or self._stop.is_set():
            return
        try:
            self._drive(self._driver.watch(wanted))
            self._failures = 0
        except Exception as error:  # noqa: BLE001 - any failure of a driver becomes a fault
            self._failed(error, None)
            pause = BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS)) - 1]
            wanted.wait(pause)

    def _drive(self, run: Run) -> None:
        try:
            event = next(run)
            while True:
                self.progress = self._clock.monotonic()
                event = run.send(self._told(event))
        except StopIteration:
            return

    def _told(self, event: Event) -> Verdict:
        if isinstance(event, DeviceOnline):
            self._failures = 0
            if self._online:
                return Verdict.KEEP
            self._online = True
        return self._submit(event)

    def _submit(self, event: Event) -> Verdict:
        if self._given_up:
            return Verdict.REFUSE
        question = Question(event, self)
        self._ask(question)
        question.answered.wait(VERDICT_SECONDS)
        return question.verdict

    def _failed(self, error: Exception, command: DeviceCommand | None) -> None:
        if not isinstance(error, DeviceError):
            log.exception("the %s driver failed", self.device)
        self._failures += 1
        was_online, self._online = self._online, False
        if command is None and not was_online and self._failures > 1:
            return  # said once; it is still away
        self._submit(fault_of(error, self.device, command))

    @property
    def given_up(self) -> bool:
        return self._given_up


class Runtime:
    """Engine thread and workers. `post` is safe from any thread."""

    def __init__(
        self,
        state: State,
        journal: Journal,
        drivers: Mapping[Device, Callable[[], Driver]],
        *,
        clock: Clock,
        resolve: Resolve,
        unlock: Unlock = no_pin,
        show: Callable[[State], None],
        halted: Callable[[str], None],
        forget: Callable[[Handle], None],
        rest: Callable[[State], None] | None = None,
    ) -> None:
        """Both are called by the engine's thread: `forget` wipes a customer from memory, at once; `rest`
        is for what can wait until nothing is to be done."""
        self._clock = clock
        self._forget = forget
        self._rest = rest
        self._journal = journal
        self._inbox: queue.SimpleQueue[Question | Reading | None] = queue.SimpleQueue()
        self._ended = False
        self._timers = Timers(clock)
        self._factories = drivers
        self._workers = {device: self._hire(device) for device in drivers}
        self._engine = Engine(
            state,
            journal,
            clock=clock,
            resolve=resolve,
            unlock=unlock,
            dispatch=self._dispatch,
            show=show,
            halted=halted,
        )
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self, first: Event) -> None:
        """Feed the first event, then begin to watch the devices."""
        self.post(first)
        self._thread.start()
        for worker in self._workers.values():
            worker.start()

    def post(self, event: Event) -> None:
        """An intent of a person, or anything else nobody waits for."""
        self._inbox.put(Question(event))

    def read(self, after: int, most: int, seconds: float) -> list[Row]:
        """Records behind a seq, read by the engine's thread between two events. From any other thread.

        Raises JournalError, also when it does not come to that in time.
        """
        reading = Reading(after, most)
        self._inbox.put(reading)
        if self._ended:
            self._refuse_rest()
        reading.done.wait(seconds)
        if reading.failed:
            raise reading.failed
        if reading.rows is None:
            raise JournalError("nobody reads it any more")
        return reading.rows

    def stop(self, seconds: float = 3.0) -> list[Device]:
        """Stop; devices whose worker did not come back in time."""
        for worker in self._workers.values():
            worker.stop()
        self._inbox.put(None)
        self._thread.join(seconds)
        return [device for device, worker in self._workers.items() if not worker.join(seconds)]

    @property
    def final_state(self) -> State | None:
        """That of the last record, once the engine's thread has ended; before that none."""
        return self._engine.state if self._ended else None

    # --- engine thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._turn():
                self._tick()
        except Exception as error:
            log.exception("the engine thread failed")
            self._engine.halt(f"{type(error).__name__} in the engine")
        self._engine.stopped = self._ended = True
        self._refuse_rest()

    def _turn(self) -> bool:
        """Handle what comes next, or nothing for a while; False when asked to stop."""
        try:
            question = self._inbox.get(timeout=self._patience())
        except queue.Empty:
            return True
        if question is None:
            return False
        if isinstance(question, Reading):
            self._read(question)
        else:
            self._handle(question)
        return True

    def _read(self, reading: Reading) -> None:
        try:
            reading.rows = self._journal.rows(reading.after, reading.most)
        except JournalError as error:
            reading.failed = error
        reading.done.set()

    def _ask(self, question: Question) -> None:
        """Any thread. After the end nobody reads the inbox: who comes late is refused at once."""
        self._inbox.put(question)
        if self._ended:
            self._refuse_rest()

    def _refuse_rest(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                left = self._inbox.get_nowait()
                if isinstance(left, Reading):
                    left.done.set()
                elif left:
                    left.answer(Verdict.REFUSE)

    def _patience(self) -> float:
        due = self._timers.next_due()
        wait = 1.0 if due is None else due - self._clock.monotonic()
        return min(max(wait, 0.0), 1.0)

    def _tick(self) -> None:
        while timer := self._timers.take_due():
            self._handle(Question(TimerFired(timer)))
        now = self._clock.monotonic()
        for device, worker in list(self._workers.items()):
            if worker.busy and now - worker.progress > HANG_SECONDS:
                self._replace(device, worker)
        if self._rest and self._inbox.empty() and not self._engine.stopped:
            self._rest(self._engine.state)

    def _handle(self, question: Question) -> None:
        if question.worker and question.worker.given_up:
            question.answer(Verdict.REFUSE)
            return
        step = self._engine.accept(question.event)
        question.answer(step.verdict)
        self._engine.carry_out(step)

    def _dispatch(self, command: Command) -> None:
        match command:
            case StartTimer(timer=timer, seconds=seconds):
                self._timers.start(timer, seconds)
            case StopTimer(timer=timer):
                self._timers.stop(timer)
            case RequestCancel(device=device):
                if device in self._workers:
                    self._workers[device].request_cancel()
            case Forget(handle=handle):
                self._forget(handle)
            case _:
                worker = self._workers.get(command.device)
                if worker:
                    worker.give(command)
                else:
                    missing = Unavailable(f"no {command.device} is configured")
                    self.post(fault_of(missing, command.device, command))

    def _hire(self, device: Device) -> Worker:
        return Worker(device, self._factories[device](), self._ask, self._clock)

    def _replace(self, device: Device, worker: Worker) -> None:
        command = worker.command
        worker.give_up()
        log.error("the %s worker hangs; it is given up", device)
        fresh = self._workers[device] = self._hire(device)
        if command:
            self._handle(Question(hung(device, command)))
        fresh.start()
