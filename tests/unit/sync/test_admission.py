"""Who may push now, and when the others come back: by the clock of the test, not the wall's."""

import heapq
import threading

import pytest

from sync.http_server.admission import COME_BACK_MAX_S, FIRST_GUESS_S, PATIENCE_S, Admission, Gate


def fill(admission: Admission, count: int, now_s: float = 0.0) -> None:
    for _ in range(count):
        assert admission.arrive(now_s) is None


def test_so_many_work_so_many_stand_in_line_and_the_next_is_told_when_to_come_back() -> None:
    admission = Admission(limit=2, depth=3)
    fill(admission, 5)
    come_back_s = admission.arrive(0.0)
    assert come_back_s is not None
    assert come_back_s >= 5 * admission.each_s, "not before those inside are done"
    assert admission.inside == 5, "whoever is turned away holds no place"
    admission.leave(0.1)
    assert admission.arrive(1.0) is None


def test_each_who_is_turned_away_is_promised_a_time_of_her_own() -> None:
    admission = Admission(limit=1, depth=0)
    fill(admission, 1)
    waits_s = [admission.arrive(0.0) for _ in range(50)]
    assert all(wait_s is not None for wait_s in waits_s)
    first_s, last_s = waits_s[0], waits_s[-1]
    assert first_s is not None
    assert last_s is not None
    assert last_s - first_s >= 45 * admission.each_s, "fifty callers come back over the time fifty pushes take"


def test_what_was_promised_is_forgotten_once_its_time_has_passed() -> None:
    admission = Admission(limit=1, depth=0)
    fill(admission, 1)
    for _ in range(500):
        admission.arrive(0.0)
    much_later_s = 3600.0
    come_back_s = admission.arrive(much_later_s)
    assert come_back_s is not None
    assert come_back_s < 3 * FIRST_GUESS_S


def test_slow_pushes_send_away_for_longer_than_fast_ones() -> None:
    waits_s = {}
    for took_s in (0.01, 1.0):
        admission = Admission(limit=2, depth=2)
        for _ in range(60):
            fill(admission, 1)
            admission.leave(took_s)
        fill(admission, 4)
        waits_s[took_s] = admission.arrive(0.0)
    assert waits_s[0.01] is not None
    assert waits_s[1.0] is not None
    assert 50 < waits_s[1.0] / waits_s[0.01] < 200


def test_nobody_stands_in_line_for_longer_than_a_caller_waits() -> None:
    """What is done for a caller who gave up is done twice."""
    admission = Admission(limit=1, depth=1000)
    for _ in range(100):
        fill(admission, 1)
        admission.leave(2.0)
    places = 0
    while admission.arrive(0.0) is None:
        places += 1
    assert 2 <= places <= PATIENCE_S / 2.0 + 2


def test_nobody_is_sent_away_for_good() -> None:
    admission = Admission(limit=1, depth=0)
    fill(admission, 1)
    waits_s = [admission.arrive(0.0) for _ in range(20_000)]
    assert max(wait_s or 0 for wait_s in waits_s) <= COME_BACK_MAX_S * 1.1
    beyond = [wait_s for wait_s in waits_s[-1000:] if wait_s is not None]
    assert max(beyond) - min(beyond) > COME_BACK_MAX_S / 3, "those beyond the promised time are spread"


def test_a_herd_is_served_almost_as_fast_as_it_can_be_and_nothing_is_done_twice() -> None:
    """Two thousand stores come back in the same second; each push takes 50 ms, four at once share one lock."""
    limit, stores, took_s = 4, 2_000, 0.05
    admission = Admission(limit=limit, depth=12)
    order = 0
    due: list[tuple[float, int, str]] = [(0.0, store, "arrives") for store in range(stores)]
    heapq.heapify(due)
    lock_free_s = ended_s = 0.0
    served = asked = 0
    while due:
        now_s, _, what = heapq.heappop(due)
        order += 1
        if what == "ends":
            admission.leave(took_s * limit)
            served, ended_s = served + 1, now_s
            continue
        asked += 1
        come_back_s = admission.arrive(now_s)
        if come_back_s is None:
            lock_free_s = max(lock_free_s, now_s) + took_s
            heapq.heappush(due, (lock_free_s, order + stores, "ends"))
        else:
            heapq.heappush(due, (now_s + come_back_s, order + stores, "arrives"))
    assert served == stores
    assert ended_s < 1.25 * stores * took_s, "a quarter beyond what the lock alone needs"
    assert asked < 4 * stores


def test_through_the_gate_never_more_work_at_once_than_may() -> None:
    gate, seen, working, most = Gate(limit=2, depth=50), [], 0, 0
    lock = threading.Lock()
    go = threading.Event()

    def push() -> None:
        nonlocal working, most
        with gate.enter() as come_back_s:
            with lock:
                seen.append(come_back_s)
                working += 1
                most = max(most, working)
            go.wait(10)
            with lock:
                working -= 1

    threads = [threading.Thread(target=push) for _ in range(20)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(10)
    assert (seen, most) == ([None] * 20, 2)


def test_a_push_that_breaks_gives_its_place_back() -> None:
    gate = Gate(limit=1, depth=0)

    def push() -> None:
        with gate.enter() as come_back_s:
            assert come_back_s is None
            _ = 1 // 0

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            push()
    with gate.enter(), gate.enter() as second:
        assert second is not None
