"""Where a radio fact begins to matter. Every figure names its source.

Sources
  802  IEEE 802.11-2020: receiver sensitivities (tables 17-18, 19-23, 21-25), CCA (17.3.10.6).
  VOI  common practice of site surveys for voice: -67 dBm and 25 dB of signal over noise.
  SIG  Biswas et al., Large-scale measurements of wireless network behavior (SIGCOMM 2015): the
       top decile of access points sees more than half of 2.4 GHz busy.
  judgement  ours, where no source gives a figure.
"""

from __future__ import annotations

from diagnostics.readings.wifi import Band

#: under that the rate falls below half of what the band can give (802): 20 MHz wide channels at
#: 2.4 GHz need 6 to 9 dB less than the 80 and 160 MHz of the bands above
WEAK_DBM = {Band.GHZ_2_4: -73.0, Band.GHZ_5: -71.0, Band.GHZ_6: -69.0}
#: how fuzzy that border is: antennas and chips differ by some dB (judgement)
SIGNAL_WIDTH_DB = 2.2
#: signal that no rate suffers from (VOI)
GOOD_DBM = -65.0
#: noise of a quiet channel is -90 to -97 dBm; above this something sends that is no WiFi (802: CCA)
NOISY_DBM = -82.0

#: others' share of the air from which a saturated link feels it (SIG: the worst tenth)
CROWDED_SHARE = 0.5
#: where channels overlap frames are lost as well, so less is felt (judgement)
OVERLAP_SHARE = 0.3
#: part of others' effect from which overlap is the name for it
MOSTLY_OVERLAP = 0.4

#: frames sent again: a tenth is usual in homes; from a quarter on calls and speed suffer
#: (judgement, after the delivery rates of SIG)
RETRY_SHARE = 0.25
#: a stretch of bad air against the rest: that many times the usual share of retries
BURST_FACTOR = 3.0

#: another radio of the own network is worth a change from these factors and steps on (judgement)
BAND_GAIN = 1.6
NODE_GAIN_DB = 10.0
NODE_NEEDED_BELOW_DBM = -65.0
