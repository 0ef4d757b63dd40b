"""Prints each label that was asked for once, however often a screen asks whether it is out."""

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from devices.ports import LabelPrinter, ParcelLabel, Printed, PrinterTrouble

ANSWER_S = 2.5
"""A screen asks again after three seconds; until then it is told nothing rather than something that may change."""
KEPT = 64
"""Presses that may still be asked about: a desk has one at a time."""

Job = Future[Printed | PrinterTrouble]


class PrintJobs:
    """One label after the other on the one printer."""

    def __init__(self, printer: LabelPrinter, answer_s: float = ANSWER_S) -> None:
        self._printer = printer
        self._answer_s = answer_s
        self._workers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="label-printer")
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = Lock()

    def print(self, press: str, label: ParcelLabel) -> Printed | PrinterTrouble | None:
        """How this press ended, None while the printer is still at it. Raises BadLabel."""
        with self._lock:
            job = self._jobs.get(press)
            if job is None:
                job = self._jobs[press] = self._workers.submit(self._printer.print, label)
                while len(self._jobs) > KEPT:
                    self._jobs.popitem(last=False)
        try:
            return job.result(self._answer_s)
        except TimeoutError:
            return None
