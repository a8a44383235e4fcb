"""What the fuzzer breaks: frames and outputs of tools, written by hand in their real shapes."""

# ruff: noqa: RUF001, E101, E501 - the texts are as the tools print them

from __future__ import annotations

from tests.unit.wire.beacons import (
    OLD_RATES,
    beacon,
    country,
    direct,
    eht,
    eht_use,
    element,
    extension,
    he,
    he_use,
    ht,
    ht_use,
    pcap,
    radiotap,
    rsn,
    ssid,
    vht,
    vht_use,
    wpa,
)

_PROFILE = element(83, b"\x01\x04") + ssid(b"guest") + element(85, b"\x01") + extension(56, b"\0\0")
_ALL = (
    ssid(b"home") + OLD_RATES + direct(6) + country(b"DE", (1, 13, 20)) + rsn(2, 8) + wpa(2)
    + ht() + ht_use(36, 1) + vht() + vht_use(1, 42, 50) + he(widths=0x0C)
    + he_use((37, 3, 39, 47)) + eht() + eht_use(4, 47, 31)
    + element(71, b"\x02" + element(0, _PROFILE)) + element(201, b"\x00\x0d\x83\x25" + b"\xff" * 13)
)  # fmt: skip
FRAMES = (_ALL, pcap(radiotap(beacon("02:00:00:00:00:01", _ALL), 2437, -60)))

NETSH = """
Schnittstellenname : WLAN
Momentan sind 2 Netzwerke sichtbar.

SSID 1 : zuhause
    Netzwerktyp             : Infrastruktur
    Authentifizierung       : WPA2-Personal
    Verschlüsselung         : CCMP
    BSSID 1                 : 02:00:00:00:08:01
         Signal             : 71%
         Funktyp            : 802.11ax
         Band               : 5 GHz
         Kanal              : 44
         BSS-Last:
             Verbundene Stationen:         3
             Kanalnutzung:        33 (12 %)

SSID 2 :
    Netzwerktyp             : Infrastruktur
    Authentifizierung       : Offen
    Verschlüsselung         : Keine
    BSSID 1                 : 02:00:00:00:08:02
         Signal             : 20%
         Funktyp            : 802.11n
         Kanal              : 6
"""
NETSH_LINK = """
В системе 1 интерфейс:

    Имя                   : Беспроводная сеть
    Описание              : Some Adapter
    GUID                  : 01234567-89ab-cdef-0123-456789abcdef
    Физический адрес      : 02:00:00:00:08:10
    Состояние             : подключено
    SSID                  : дом
    BSSID                 : 02:00:00:00:08:01
    Тип сети              : Инфраструктура
    Тип радио             : 802.11ac
    Проверка подлинности  : WPA2-Personal
    Шифр                  : CCMP
    Канал                 : 36
    Скорость приема (Мбит/с)  : 866.7
    Скорость передачи (Мбит/с) : 780
    Сигнал                : 88%
"""
IW = """BSS 02:00:00:00:08:01(on wlan0) -- associated
	freq: 5180
	beacon interval: 100 TUs
	capability: ESS Privacy (0x0011)
	signal: -52.00 dBm
	last seen: 40 ms ago
	SSID: caf\\xe9
	RSN:	 * Version: 1
		 * Pairwise ciphers: CCMP
		 * Authentication suites: PSK SAE
	HT operation:
		 * primary channel: 36
		 * secondary channel offset: above
		 * STA channel width: any
	VHT capabilities:
		VHT RX MCS set:
			1 streams: MCS 0-9
	VHT operation:
		 * channel width: 1 (80 MHz)
		 * center freq segment 1: 42
"""
IWLIST = """wlan0     Scan completed :
          Cell 01 - Address: 02:00:00:00:08:01
                    Channel:6
                    Frequency:2.437 GHz (Channel 6)
                    Quality=57/70  Signal level=-53 dBm
                    Encryption key:on
                    ESSID:"home"
                    IE: Unknown: 0004686F6D65
                    IE: IEEE 802.11i/WPA2 Version 1
                        Pairwise Ciphers (1) : CCMP
                        Authentication Suites (1) : PSK
"""
PROFILER = """{"SPAirPortDataType": [{"spairport_airport_interfaces": [{"_name": "en0",
 "spairport_status_information": "spairport_status_connected",
 "spairport_current_network_information": {"_name": "home",
  "spairport_network_channel": "149 (5GHz, 80MHz)", "spairport_network_rate": 864,
  "spairport_signal_noise": "-49 dBm / -95 dBm",
  "spairport_security_mode": "spairport_security_mode_wpa3_personal"}}]}]}"""
PROFILER_TEXT = """Wi-Fi:

      Interfaces:
        en0:
          Card Type: Wi-Fi
          Status: Connected
          Current Network Information:
            home:
              PHY Mode: 802.11ax
              Channel: 128 (5GHz, 80MHz)
              Security: WPA2 Personal
              Signal / Noise: -70 dBm / -90 dBm
          Other Local Wi-Fi Networks:
            other:
              PHY Mode: 802.11n
"""
AIRPORT = """                            SSID BSSID             RSSI CHANNEL HT CC SECURITY (auth/unicast/group)
                            home 02:00:00:00:08:01 -52  36,+1   Y  DE WPA2(PSK/AES/AES)
"""
NMCLI = "home:02\\:00\\:00\\:00\\:08\\:01:71:WPA2\n"
TERMUX = '[{"bssid": "02:00:00:00:08:01", "frequency_mhz": 2462, "rssi": -37, "ssid": "home"}]'
WDUTIL = """WIFI
————————————————————————————————————
    Interface Name       : en0
    Power                : On [On]
    SSID                 : <redacted>
    RSSI                 : -63 dBm
    Channel              : 2g11/20
    CCA                  : 18 %
"""
TEXTS = tuple(
    text.encode()
    for text in (
        NETSH, NETSH_LINK, IW, IWLIST, PROFILER, PROFILER_TEXT, AIRPORT, NMCLI, TERMUX, WDUTIL,
    )
)  # fmt: skip
