"""Status pages of modems in every shape that makers use; all pages here are written by hand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.profile import Technology
from diagnostics.readings.modem import CableChannel, DslLine, Modulation, OpticalPort, Way
from diagnostics.result import Unmeasured
from diagnostics.sounding.modem_pages import dsl_of_answer, pages_for
from diagnostics.wire.modem.page import Told, told_by


def table(*rows: str) -> str:
    cells = ("<td>" + row.replace("|", "</td><td>") + "</td>" for row in rows)
    return "<table border=1>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


BY_COLUMNS = table(
    "Downstream Bonded Channels",
    "Channel|Lock Status|Modulation|Frequency|Power|SNR/MER|Corrected|Uncorrectables",
    "1|Locked|QAM256|435000000 Hz|-6.2 dBmV|37.3 dB|121|390",
    "2|Locked|QAM64|441000000 Hz|6.4 dBmV|33.1 dB|8|0",
    "3|Not Locked|QAM256|0 Hz|0.0 dBmV|0.0 dB|0|0",
) + table(
    "Upstream Bonded Channels",
    "Channel|Lock Status|US Channel Type|Frequency|Width|Power",
    "1|Locked|SC-QAM Upstream|37000000 Hz|6400000 Hz|47.5 dBmV",
    "2|Locked|OFDM Upstream|6025000 Hz|17200000 Hz|38.0 dBmV",
)
BY_ROWS = table(
    "Downstream|Bonding Channel Value",
    "Channel ID|10|9",
    "Frequency|519000000 Hz|513000000 Hz",
    "Signal to Noise Ratio|38 dB|36 dB",
    "Downstream Modulation|QAM256|QAM256",
    "Power Level" + table("a note in a table of its own").replace("|", " ") + "|5 dBmV|-3 dBmV",
) + table(
    "Upstream|Bonding Channel Value",
    "Channel ID|7",
    "Frequency|30600000 Hz",
    "Symbol Rate|5.120 Msym/sec",
    "Power Level|49 dBmV",
)
IN_A_SCRIPT = """<script>
function InitDsTableTagValue()
{
    /* var tagValueList = '1|1|Locked|QAM256|9|1 Hz|99.0|99.0|0|0|'; */
    var tagValueList = '2|1|Locked|QAM256|32|765000000 Hz|10.5|44.2|8180|3392|2|Not Locked|Unknown|0|0 Hz|0.0|0.0|0|0|';
}
function InitUsTableTagValue()
{
    var tagValueList = '1|1|Locked|ATDMA|3|5120|13200000 Hz|47.5|';
}
</script><p>Power</p>"""  # noqa: E501 - one line, as it is on the page
IN_JSON = (
    '{"downstream":{"channels":[{"channelType":"sc_qam","channelId":1,"frequency":139000000,'
    '"power":8.5,"modulation":"qam_256","snr":41,"lockStatus":true},{"channelType":"ofdm",'
    '"channelId":159,"power":5.3,"rxMer":38.5,"lockStatus":true,"modulation":"qam_4096"}]}}'
)
IN_A_LIST = (
    '[{"portId":"1","frequency":"591000000","modulation":"2","signalStrength":"3.5","snr":"38.9",'
    '"correcteds":"21","uncorrect":"4","channelId":"20"}]'
)
IN_A_MIB = (
    '{"1.3.6.1.2.1.10.127.1.1.1.1.6.3":"-55","1.3.6.1.2.1.10.127.1.1.4.1.5.3":"372",'
    '"1.3.6.1.4.1.4491.2.1.20.1.2.1.1.5":"468"}'
)
IN_MICROVOLT = BY_COLUMNS.replace("-6.2 dBmV", "53.8 dB\u00b5V")


def figures(told: Told, way: Way) -> list[tuple[object, object]]:
    return [(one.power_dbmv, one.snr_db) for one in told.channels if one.way is way]


@pytest.mark.parametrize(
    ("page", "down", "up"),
    [
        (BY_COLUMNS, [(-6.2, 37.3), (6.4, 33.1)], [47.5, 38.0]),
        (BY_ROWS, [(5.0, 38.0), (-3.0, 36.0)], [49.0]),
        (IN_A_SCRIPT, [(10.5, 44.2)], [47.5]),
        (IN_JSON, [(8.5, 41.0), (5.3, 38.5)], []),
        (IN_A_LIST, [(3.5, 38.9)], []),
        (IN_A_MIB, [(-5.5, 37.2)], [46.8]),
        (IN_MICROVOLT, [(-6.2, 37.3), (6.4, 33.1)], [47.5, 38.0]),
    ],
    ids=["columns", "rows", "script", "json", "list", "mib", "microvolt"],
)  # fmt: skip
def test_channels_of_every_shape(
    page: str, down: list[tuple[float, float]], up: list[float]
) -> None:
    told = told_by(page.encode())
    assert [(round(float(str(p)), 2), s) for p, s in figures(told, Way.DOWN)] == down
    assert [power for power, _ in figures(told, Way.UP)] == up


def test_modulation_and_code_words() -> None:
    first, second, *_, last = told_by(BY_COLUMNS.encode()).channels
    assert (first.modulation, first.corrected, first.uncorrectable) == (
        Modulation.QAM_256,
        121,
        390,
    )
    assert second.modulation is Modulation.QAM_64
    assert last.modulation is Modulation.SEVERAL
    assert isinstance(last.uncorrectable, Unmeasured)


IN_VARIABLES = (
    '[{"varid":"dsl_downstream_margin","varvalue":"5.9"},'
    '{"varid":"dsl_upstream_margin","varvalue":"7.1"}]'
)
DSL_TABLE = table(
    "Line|Downstream|Upstream",
    "SN Margin (dB)|5.9|7.1",
    "Line Attenuation (dB)|31.2|12.0",
    "Data Rate (kbps)|39999|7833",
    "Attainable Rate (kbps)|47522|8000",
)


@pytest.mark.parametrize(
    ("page", "down", "up"),
    [
        (DSL_TABLE, 5.9, 7.1),
        (table("SNR Margin (0.1 dB):|59|71", "|Downstream|Upstream"), 5.9, 7.1),
        ('{"UpCurrRate":19999,"DownMargin":5.9,"UpMargin":7.1}', 5.9, 7.1),
        (IN_VARIABLES, 5.9, 7.1),
        ("<p><b>Downstream noise margin:</b> 5.9 dB</p><p>Upstream noise margin: 7.1 dB", 5.9, 7.1),
        ("<dt>Downstream margin</dt><dd>5.9 dB</dd><dt>Upstream margin</dt><dd>7.1", 5.9, 7.1),
    ],
    ids=["table", "tenths", "json", "variables", "lines", "terms"],
)  # fmt: skip
def test_a_copper_line_of_every_shape(page: str, down: float, up: float) -> None:
    told = told_by(page.encode())
    assert isinstance(told.dsl, DslLine)
    assert (told.dsl.margin_down_db, told.dsl.margin_up_db) == (down, up)
    assert not told.channels


def test_rates_and_attenuation_of_a_copper_line() -> None:
    told = told_by(DSL_TABLE.encode())
    assert isinstance(told.dsl, DslLine)
    assert (told.dsl.rate_down_bps, told.dsl.rate_up_bps) == (39_999_000.0, 7_833_000.0)
    assert (told.dsl.attenuation_down_db, told.dsl.attenuation_up_db) == (31.2, 12.0)


def test_tr064_counts_in_tenths_and_kilobits() -> None:
    answer = {
        "Status": "Up",
        "DownstreamNoiseMargin": "60",
        "UpstreamNoiseMargin": "80",
        "DownstreamAttenuation": "210",
        "DownstreamCurrRate": "63678",
    }
    line = dsl_of_answer(answer)
    assert isinstance(line, DslLine)
    assert (line.margin_down_db, line.margin_up_db, line.attenuation_down_db) == (6.0, 8.0, 21.0)
    assert line.rate_down_bps == 63_678_000.0
    assert isinstance(line.rate_up_bps, Unmeasured)
    assert isinstance(dsl_of_answer({**answer, "Status": "Initializing"}), Unmeasured)
    assert isinstance(dsl_of_answer({}), Unmeasured)


@pytest.mark.parametrize(
    "page",
    [
        table("Optical module", "Rx Power|-21.53 dBm", "Tx Power|2.3 dBm"),
        "<h1>GPON</h1><p>Received optical power (dBm): -21.53</p><p>Tx power: 2.3 dBm</p>",
        '{"ponStats":{"rxPower":"-21.53 dBm","txPower":"2.3 dBm"}}',
    ],
)
def test_a_fibre_of_every_shape(page: str) -> None:
    told = told_by(page.encode())
    assert told.optics == OpticalPort(received_dbm=-21.53, sent_dbm=2.3)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<form>Password <input type=password></form>",
        "<p>Power saving: 20</p><p style='margin: 2px'>down</p>",
        table("Network|Rx Power|Channel", "home|-61 dBm|6", "next door|-80 dBm|11"),
        table("Band|Transmit power", "2.4 GHz|20 dBm"),
        table("Channel|Frequency|Transmit power (%)", "6|2437 MHz|100"),
        '{"radio":{"txPower":"20 dBm"}}',
        "[" * 5000 + "power",
        '{"power":' * 3000,
    ],
)
def test_other_pages_tell_nothing(page: str) -> None:
    assert not told_by(page.encode()).anything


@given(st.binary(max_size=600), st.integers(0, len(BY_COLUMNS)))
def test_whatever_a_machine_says_is_no_reason_to_fail(noise: bytes, at: int) -> None:
    page = BY_COLUMNS.encode()
    for body in (noise, page[:at] + noise + page[at:], page[:at], b"power margin" + noise):
        for channel in told_by(body).channels:
            assert isinstance(channel, CableChannel)
            assert isinstance(channel.power_dbmv, float)
            assert -60 <= channel.power_dbmv <= 80


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>power" * 60_000,
        "power " + "<" * 300_000,
        "power " + "<!--" * 70_000,
        "power<script>" + "<script>" * 40_000,
        "margin: 1 down " * 20_000,
        "a" * 150_000 + "power: 1",
        "power href=" + "function InitDsTableTagValue() {" * 9_000 + "tagValueList",
    ],
    ids=["open tables", "brackets", "comments", "scripts", "lines", "one word", "functions"],
)
def test_no_page_keeps_us_busy(page: str) -> None:
    begun_s = time.process_time()
    told_by(page.encode())
    assert time.process_time() - begun_s < 3.0


def test_every_technology_has_pages_and_few() -> None:
    for technology in Technology:
        assert 3 <= len(pages_for(technology)) <= 12
