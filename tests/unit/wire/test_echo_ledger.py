"""Book-keeping of echoes: loss, duplicates, order, clocks that jump."""

import pytest

from diagnostics.wire.echo import Complaint, Echo, EchoPlan, Lost
from diagnostics.wire.echo_ledger import Ledger

WALL = 1_700_000_000_000_000_000
MS = 1_000_000


def ledger_with(count: int) -> Ledger:
    ledger = Ledger("192.0.2.1", "icmp", EchoPlan(timeout_s=1.0))
    for number in range(count):
        assert ledger.sent(10.0 + number, WALL + number * 1000 * MS) == number
    return ledger


def test_kernel_stamps_decide_the_delay() -> None:
    ledger = ledger_with(1)
    ledger.stamped(0, WALL + 1 * MS)
    ledger.answered(0, 10.030, WALL + 21 * MS, 64)
    (echo,) = ledger.series(20.0).probes
    assert isinstance(echo, Echo)
    assert echo.rtt_ms == pytest.approx(20.0)
    assert echo.kernel_stamped


def test_a_clock_that_was_set_meanwhile_is_not_believed() -> None:
    ledger = ledger_with(1)
    ledger.answered(0, 10.030, WALL + 3_600_000 * MS, 64)
    (echo,) = ledger.series(20.0).probes
    assert isinstance(echo, Echo)
    assert echo.rtt_ms == pytest.approx(30.0)
    assert not echo.kernel_stamped


def test_lost_late_and_in_flight_are_told_apart() -> None:
    ledger = ledger_with(4)  # sent at 10, 11, 12, 13
    ledger.timed(1, 2500.0, 64)
    ledger.timed(2, 5.0, 64)
    series = ledger.series(13.5)
    assert [type(probe) for probe in series.probes] == [Lost, Echo, Echo]
    assert (series.sent, series.received, series.lost) == (3, 1, 2)
    assert series.loss_ratio == pytest.approx(2 / 3)


def test_duplicates_and_overtaking_are_counted_within_the_cut() -> None:
    ledger = ledger_with(3)
    for seq in (1, 0, 0, 2, 2, 2):
        ledger.timed(seq, 5.0, 64)
    whole = ledger.series(20.0)
    assert (whole.duplicates, whole.out_of_order) == (3, 1)
    tail = ledger.series(20.0, since_s=11.5)
    assert (tail.sent, tail.duplicates, tail.out_of_order) == (1, 2, 0)


def test_a_complaint_names_who_and_does_not_undo_an_echo() -> None:
    ledger = ledger_with(2)
    ledger.complained(0, 10.004, None, "198.51.100.1", "host_unreachable", (3, 1))
    ledger.timed(1, 5.0, 64)
    ledger.complained(1, 11.1, None, "198.51.100.1", "host_unreachable", (3, 1))
    series = ledger.series(20.0)
    (complaint,) = series.complaints
    assert isinstance(complaint, Complaint)
    assert complaint.by == "198.51.100.1"
    assert complaint.rtt_ms == pytest.approx(4.0)
    assert series.received == 1


def test_sixteen_bits_wrap() -> None:
    ledger = ledger_with(3)
    assert ledger.full_number(2) == 2
    assert ledger.full_number(3) is None
    for number in range(3, 70_000):
        ledger.sent(float(number), WALL)
    assert ledger.full_number(69_999 & 0xFFFF) == 69_999
    assert ledger.full_number(65_000) == 65_000


def test_answers_to_unknown_numbers_are_ignored() -> None:
    ledger = ledger_with(1)
    ledger.timed(7, 1.0, 64)
    ledger.answered(-1, 11.0, None, 64)
    assert ledger.series(20.0).received == 0


def test_jitter_is_the_mean_of_differences() -> None:
    ledger = ledger_with(3)
    for seq, rtt_ms in enumerate((10.0, 14.0, 12.0)):
        ledger.timed(seq, rtt_ms, 64)
    assert ledger.series(20.0).jitter_ms == pytest.approx(3.0)
    assert ledger_with(1).series(20.0).jitter_ms is None
