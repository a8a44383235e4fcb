"""Our reading of frames against scapy's reading of the same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from scapy.layers.dot11 import (
    Dot11,
    Dot11Beacon,
    Dot11Elt,
    Dot11EltCountry,
    Dot11EltDSSSet,
    Dot11EltERP,
    Dot11EltHTCapabilities,
    Dot11EltMicrosoftWPA,
    Dot11EltRates,
    Dot11EltRSN,
)

from diagnostics.wire.wifi.elements import Elements, decode
from diagnostics.wire.wifi.frames import Frame, FrameKind, frame_of
from diagnostics.wire.wifi.radio_header import Radio
from diagnostics.wire.wifi.security import Akm, Cipher, Rsn
from tests.unit.wire.beacons import (
    B_ONLY,
    FIVE_RATES,
    OLD_RATES,
    beacon,
    country,
    direct,
    element,
    he,
    ht,
    ht_use,
    rsn,
    ssid,
    vht,
    wpa,
)

CIPHERS = {2: Cipher.TKIP, 4: Cipher.CCMP, 1: Cipher.WEP40, 5: Cipher.WEP104, 8: Cipher.GCMP}
AKMS = {1: Akm.ENTERPRISE, 2: Akm.PSK, 5: Akm.ENTERPRISE_SHA256, 6: Akm.PSK, 8: Akm.SAE}


def written(seed: int) -> bytes:
    """A beacon drawn from what access points really send, in the standard's order."""
    draw = random.Random(seed)
    name = bytes(draw.randrange(256) for _ in range(draw.randrange(33)))
    parts = [
        ssid(name),
        draw.choice((OLD_RATES, FIVE_RATES, B_ONLY)),
        direct(draw.randrange(1, 14)),
    ]
    if draw.random() < 0.6:
        parts.append(country(draw.choice((b"DE", b"US", b"JP")), (1, 13, 20), (36, 4, 23)))
    if draw.random() < 0.5:
        parts.append(element(42, bytes((draw.randrange(8),))))
    if draw.random() < 0.7:
        pairwise = tuple(draw.sample(sorted(CIPHERS), draw.randrange(1, 3)))
        akms = draw.sample(sorted(AKMS), draw.randrange(1, 3))
        capabilities = draw.choice((0, 0x80, 0xC0))
        parts.append(rsn(*akms, pairwise=pairwise, group=4, capabilities=capabilities))
    if draw.random() < 0.7:
        parts += [ht(draw.randrange(1, 5), wide=draw.random() < 0.5), ht_use(6, 1)]
    if draw.random() < 0.4:
        parts.append(vht(draw.randrange(1, 5)))
    if draw.random() < 0.4:
        parts.append(he(draw.randrange(1, 5)))
    if draw.random() < 0.4:
        parts.append(wpa(draw.choice((1, 2))))
    return beacon("02:00:00:00:02:01", b"".join(parts), capability=draw.choice((0x0401, 0x0411)))


def ours(frame: bytes) -> tuple[Frame, Elements]:
    found = frame_of(Radio(frame=frame, has_fcs=False))
    assert found is not None
    return found, decode(found.elements)


def layers(frame: bytes) -> Iterator[Dot11Elt]:
    layer = Dot11(frame).getlayer(Dot11Elt)
    while isinstance(layer, Dot11Elt):
        yield layer
        layer = layer.payload


@pytest.mark.parametrize("seed", range(60))
def test_written_frames(seed: int) -> None:
    frame = written(seed)
    header, elements = ours(frame)
    judge = Dot11(frame)
    assert header.kind is FrameKind.BEACON
    assert (header.bssid, header.sender) == (judge.addr3, judge.addr2)
    assert bool(header.capability & 0x10) == bool(judge[Dot11Beacon].cap.privacy)
    assert header.interval_tu == judge[Dot11Beacon].beacon_interval
    judged = list(layers(frame))
    assert elements.ssid == judge[Dot11Elt].getfieldval("info")
    assert elements.broken == ()
    same_rates(elements, judged)
    same_facts(elements, judged)
    same_security(elements, judged)


def same_rates(elements: Elements, judged: list[Dot11Elt]) -> None:
    rates = {(r & 0x7F) * 500_000 for e in judged if isinstance(e, Dot11EltRates) for r in e.rates}
    assert set(elements.rates_bps) == rates


def same_facts(elements: Elements, judged: list[Dot11Elt]) -> None:
    by_kind = {type(layer): layer for layer in judged}
    assert elements.direct_channel == by_kind[Dot11EltDSSSet].channel
    place = by_kind.get(Dot11EltCountry)
    assert (elements.country is None) == (place is None)
    if elements.country is not None and place is not None:
        assert elements.country.code.encode() == place.country_string[:2]
        triplets = [(d.first_channel_number, d.num_channels, d.mtp) for d in place.descriptors]
        assert list(elements.country.triplets) == triplets
    # scapy counts the bits of the ERP element from the wrong end: its presence is all it can judge
    assert (elements.erp is None) == (Dot11EltERP not in by_kind)
    ability = by_kind.get(Dot11EltHTCapabilities)
    assert (elements.ht is None) == (ability is None)
    if elements.ht is not None and ability is not None:
        assert (elements.ht.width_mhz == 40) == bool(ability.Supported_Channel_Width)
        assert elements.ht.short_guard_20 == bool(ability.Short_GI_20Mhz)


def same_security(elements: Elements, judged: list[Dot11Elt]) -> None:
    for found, kind in ((elements.rsn, Dot11EltRSN), (elements.wpa, Dot11EltMicrosoftWPA)):
        judge = next((e for e in judged if type(e) is kind), None)
        assert (found is None) == (judge is None)
        if found is not None and judge is not None:
            same_suites(found, judge)


def same_suites(found: Rsn, judge: Dot11EltRSN | Dot11EltMicrosoftWPA) -> None:
    assert found.group is CIPHERS[judge.group_cipher_suite.cipher]
    assert found.pairwise == tuple(CIPHERS[s.cipher] for s in judge.pairwise_cipher_suites)
    assert found.akms == tuple(AKMS[s.suite] for s in judge.akm_suites)
    if isinstance(judge, Dot11EltRSN):
        assert found.protected_frames_required == bool(judge.mfp_required)
        assert found.protected_frames_capable == bool(judge.mfp_capable)
