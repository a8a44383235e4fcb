"""Where normal ends, by access technology. Every figure names its source.

Sources
  FCC  Measuring Broadband America, Thirteenth Report: idle latency by technology
       (fibre 8-14 ms, cable 12-26 ms, DSL 20-56 ms, geostationary satellite 600 ms and more).
  OFC  Ofcom, UK home broadband performance: ADSL2+ 20-30 ms, FTTC 10-20 ms, LEO 40-60 ms,
       4G 40-60 ms and 5G 30-50 ms; share of the advertised speed reached at peak time.
  DSL  ITU-T G.992.5/G.993.2 interleaving and G.998.4 retransmission: up to 20 ms a direction
       are configured in practice, hence 40 ms more than fast path is normal.
  114  ITU-T G.114: 150 ms one way is the limit of unimpaired conversation.
  1541 ITU-T Y.1541 class 0: 50 ms delay variation and 0.1 % loss end to end.
  NCT  Net neutrality monitoring (BEREC BoR (20) 112; BNetzA 2021 decree): a fixed line's
       "normally available" speed is 90 % of the maximum in ten tests out of ten, a minimum is set.
  judgement  ours, where no source gives a figure.
Limits are not medians: they are what a working line of the kind does not exceed when idle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from diagnostics.profile import Plan, Technology


@dataclass(frozen=True)
class Range:
    """`line_ms`: idle delay from router to the provider's first hop (upper end of normal).

    `far_ms`: to a well-placed anchor; `spread_ms`: 90th percentile less minimum at the first hop;
    `loss`: rate that the technology shows when well; `share`: part of the sold speed that a fair
    test still reaches at a busy hour; `bloat_ms`: delay added under load (90th percentile) that
    people feel: of 114's 150 ms one way, codec and jitter buffer take 60 and a clean line 15.
    """

    line_ms: float
    far_ms: float
    spread_ms: float
    loss: float
    share: float
    bloat_ms: float


_RANGES = {
    Technology.FTTH: Range(20, 70, 12, 0.003, 0.80, 75),  # FCC, NCT, 1541
    Technology.FTTC: Range(35, 80, 15, 0.003, 0.75, 75),  # OFC, DSL
    Technology.VDSL: Range(35, 80, 15, 0.003, 0.75, 75),  # OFC, DSL
    Technology.ADSL: Range(70, 110, 20, 0.005, 0.65, 120),  # FCC, DSL; 1500 B at 1 Mbit/s = 12 ms
    Technology.CABLE: Range(40, 90, 25, 0.005, 0.70, 75),  # FCC; request-grant cycle 2-10 ms
    Technology.FIXED_WIRELESS: Range(70, 120, 50, 0.010, 0.50, 120),  # OFC, judgement
    Technology.MOBILE: Range(110, 160, 80, 0.010, 0.30, 150),  # OFC; scheduler wander, judgement
    Technology.LEO_SATELLITE: Range(100, 150, 60, 0.012, 0.45, 120),  # OFC; hand-over each 15 s
    Technology.GEO_SATELLITE: Range(800, 900, 150, 0.012, 0.50, 400),  # FCC: 2 x 35 786 km
    # unknown technology: as wide as anything but a geostationary satellite
    Technology.UNKNOWN: Range(110, 160, 60, 0.010, 0.50, 120),
}

#: a promised round trip is kept up to half as much again and 15 ms (judgement); a quarter more
#: and 5 ms is kept in any case, whatever the table says of the technology
_PROMISE = (1.5, 15.0)
_PROMISE_SURELY_KEPT = (1.25, 5.0)

#: unknown technology and delay in this band may be a geostationary satellite (FCC)
MAYBE_SATELLITE_MS = (450.0, 900.0)

#: loss that video calls and TCP feel (1541 asks 0.1 %; cubic at 20 ms falls to 60 Mbit/s at 0.1 %,
#: 20 Mbit/s at 1 %): tolerated and faulty rates on each kind of home link
WIRE_LOSS = (0.003, 0.01)
WIFI_LOSS = (0.010, 0.03)  # a busy but working WiFi still shows single losses (judgement)

#: idle delay to the gateway: a switch is under 1 ms, powerline 3-8 ms, WiFi 2-10 ms (judgement)
WIRE_GATEWAY_MS = 10.0
WIFI_GATEWAY_MS = 35.0
WIRE_GATEWAY_SPREAD_MS = 10.0
WIFI_GATEWAY_SPREAD_MS = 60.0

#: delay added at the gateway under our own load: a healthy WiFi hop adds up to 30 ms
WIRE_GATEWAY_GROWS_MS = 25.0
WIFI_GATEWAY_GROWS_MS = 70.0

#: beyond the provider's edge anycast anchors are near; over that it is a detour (judgement)
PAST_EDGE_MS = 110.0

#: foreign use above this share of the line spoils a test and slows others (judgement)
BUSY_SHARE = 0.5
#: foreign use below this is background chatter of any computer, bits per second
CHATTER_BPS = 300_000.0

#: certificates are issued for months; a clock off by minutes harms nothing on the web
CLOCK_OFF_S = 2 * 3600.0

#: Resolver: cached answers come in a few ms plus the line's delay (RFC 9520 era measurements:
#: public resolvers answer cached names within 10-30 ms of the round trip); judgement
DNS_SLOW_MS = 250.0
DNS_SLOW_FACTOR = 4.0
#: on a long path, where four times the way is more than any resolver takes (judgement)
DNS_SLOW_MORE_MS = 250.0

#: first byte of a page: half the sites of the HTTP Archive are under 0.8 s, 95 % under 3 s
SITE_SLOW_MS = 3000.0
SITE_SLOW_FACTOR = 5.0
#: on a long path, where five times the way is more than anybody waits (judgement)
SITE_SLOW_MORE_MS = 2400.0

#: DOCSIS (CableLabs CM-SP-PHYv3.0 and v3.1): level at the modem's input, one channel
CABLE_LEVEL_DBMV = (-15.0, 15.0)
#: signal to noise at which a channel carries its code words (PHYv3.0, table of CM BER performance);
#: 256-QAM needs 30 dB, and 33 dB at levels under -6 dBmV; OFDM falls back to 256-QAM at 27 dB
CABLE_SNR_DB = {"64-qam": 23.5, "256-qam": 30.0, "several": 27.0, "16-qam": 17.0, "other": 23.5}
CABLE_SNR_LOW_LEVEL = (-6.0, 33.0)
#: the modem's own level, least, and most by the number of channels sent at once (64-QAM, TDMA)
CABLE_SENT_DBMV = (17.0, {1: 57.0, 2: 54.0, 3: 51.0})
#: DSL (ITU-T G.992.5, G.993.2): set up for 6 dB of noise margin as a rule, some for 3 dB
DSL_MARGIN_DB = 3.0
#: fibre: sensitivity and overload of a class B+ receiver at home (ITU-T G.984.2 Amd. 1); class C+
#: and XGS-PON's N1 (G.9807.1) hear 1 to 3 dB less
OPTICAL_DBM = (-27.0, -8.0)


def range_of(plan: Plan) -> Range:
    """The normal range; a profile that promises a round trip narrows or widens the delays."""
    table = _RANGES[plan.technology]
    if not plan.rtt_ms:
        return table
    promised = plan.rtt_ms * _PROMISE[0] + _PROMISE[1]
    kept = plan.rtt_ms * _PROMISE_SURELY_KEPT[0] + _PROMISE_SURELY_KEPT[1]
    known = plan.technology is not Technology.UNKNOWN
    line_ms = max(min(table.line_ms, promised), kept) if known else promised
    return replace(table, line_ms=line_ms, far_ms=max(table.far_ms, line_ms + 50))
