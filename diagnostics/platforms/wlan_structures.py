"""Structures and numbers of wlanapi.h, windot11.h and l2cmn.h, byte for byte (Windows SDK 26100).

Sizes are written out (c_uint32, not c_ulong; c_uint16, not c_wchar), so that the layouts are the
same on every system and the tests can check them without Windows.
"""

from __future__ import annotations

import ctypes
from ctypes import c_int32, c_uint8, c_uint16, c_uint32, c_uint64, c_void_p

# --- numbers

CLIENT_VERSION = 2  # Windows Vista and later
BSS_TYPE_ANY = 3

OK = 0
ACCESS_DENIED = 5
SERVICE_NOT_ACTIVE = 1062

RADIO_STATE = 4
INTERFACE_STATE = 6
CURRENT_CONNECTION = 7
CHANNEL_NUMBER = 8
REALTIME_QUALITY = 19  # Windows 11 24H2; tells no name and needs no location consent
STATISTICS = 0x10000101
RSSI = 0x10000102

FROM_ACM = 0x08
FROM_MSM = 0x10
ACM_SCAN_COMPLETE, ACM_SCAN_FAIL = 7, 8
ACM_CONNECTED, ACM_CONNECT_FAILED, ACM_DISCONNECTED = 10, 11, 21
MSM_ROAMED = 6

# --- structures; names of fields are those of the headers


class Guid(ctypes.Structure):
    _fields_ = (("bytes", c_uint8 * 16),)


class Ssid(ctypes.Structure):
    _fields_ = (("length", c_uint32), ("text", c_uint8 * 32))


class InterfaceInfo(ctypes.Structure):
    _fields_ = (("guid", Guid), ("description", c_uint16 * 256), ("state", c_uint32))


class ListHead(ctypes.Structure):
    """Begins WLAN_INTERFACE_INFO_LIST and WLAN_PROFILE_INFO_LIST; the items follow."""

    _fields_ = (("count", c_uint32), ("index", c_uint32))


class ProfileInfo(ctypes.Structure):
    _fields_ = (("name", c_uint16 * 256), ("flags", c_uint32))


class RateSet(ctypes.Structure):
    _fields_ = (("length", c_uint32), ("rates", c_uint16 * 126))


class BssEntry(ctypes.Structure):
    _fields_ = (
        ("ssid", Ssid),
        ("phy_id", c_uint32),
        ("bssid", c_uint8 * 6),
        ("bss_type", c_uint32),
        ("phy_type", c_uint32),
        ("rssi_dbm", c_int32),
        ("link_quality", c_uint32),
        ("in_regulatory_domain", c_uint8),
        ("beacon_period", c_uint16),
        ("timestamp", c_uint64),
        ("host_timestamp", c_uint64),  # FILETIME: 100 ns since 1601
        ("capability", c_uint16),
        ("centre_khz", c_uint32),
        ("rates", RateSet),
        ("elements_offset", c_uint32),  # from the start of this entry
        ("elements_size", c_uint32),
    )


class BssListHead(ctypes.Structure):
    _fields_ = (("total_size", c_uint32), ("count", c_uint32))


class AssociationAttributes(ctypes.Structure):
    _fields_ = (
        ("ssid", Ssid),
        ("bss_type", c_uint32),
        ("bssid", c_uint8 * 6),
        ("phy_type", c_uint32),
        ("phy_index", c_uint32),
        ("signal_quality", c_uint32),
        ("rx_kbps", c_uint32),
        ("tx_kbps", c_uint32),
    )


class SecurityAttributes(ctypes.Structure):
    _fields_ = (
        ("enabled", c_int32),
        ("one_x", c_int32),
        ("authentication", c_uint32),
        ("cipher", c_uint32),
    )


class ConnectionAttributes(ctypes.Structure):
    _fields_ = (
        ("state", c_uint32),
        ("mode", c_uint32),
        ("profile", c_uint16 * 256),
        ("association", AssociationAttributes),
        ("security", SecurityAttributes),
    )


class PhyRadioState(ctypes.Structure):
    """0 unknown, 1 on, 2 off."""

    _fields_ = (("phy_index", c_uint32), ("software", c_uint32), ("hardware", c_uint32))


class RadioState(ctypes.Structure):
    _fields_ = (("count", c_uint32), ("phys", PhyRadioState * 64))


class MacCounters(ctypes.Structure):
    _fields_ = (("transmitted", c_uint64), ("received", c_uint64), ("security", c_uint64 * 10))


class PhyCounters(ctypes.Structure):
    _fields_ = (
        ("transmitted", c_uint64),
        ("multicast_transmitted", c_uint64),
        ("failed", c_uint64),
        ("retry", c_uint64),
        ("multiple_retry", c_uint64),
        ("max_tx_lifetime_exceeded", c_uint64),
        ("transmitted_fragments", c_uint64),
        ("rts_success", c_uint64),
        ("rts_failure", c_uint64),
        ("ack_failure", c_uint64),
        ("received", c_uint64),
        ("multicast_received", c_uint64),
        ("promiscuous_received", c_uint64),
        ("max_rx_lifetime_exceeded", c_uint64),
        ("duplicates", c_uint64),
        ("received_fragments", c_uint64),
        ("promiscuous_fragments", c_uint64),
        ("fcs_errors", c_uint64),
    )


class StatisticsHead(ctypes.Structure):
    """WLAN_STATISTICS; a PhyCounters for each radio follows."""

    _fields_ = (
        ("handshake_failures", c_uint64),
        ("tkip_counter_measures", c_uint64),
        ("reserved", c_uint64),
        ("unicast", MacCounters),
        ("multicast", MacCounters),
        ("count", c_uint32),
        ("padding", c_uint32),
    )


class RealtimeHead(ctypes.Structure):
    """WLAN_REALTIME_CONNECTION_QUALITY; a RealtimeLink for each link follows."""

    _fields_ = (
        ("phy_type", c_uint32),
        ("link_quality", c_uint32),
        ("rx_kbps", c_uint32),
        ("tx_kbps", c_uint32),
        ("multi_link", c_int32),
        ("count", c_uint32),
    )


class RealtimeLink(ctypes.Structure):
    _fields_ = (
        ("link_id", c_uint8),
        ("centre_mhz", c_uint32),
        ("bandwidth", c_uint32),
        ("rssi_dbm", c_int32),
        ("rates", RateSet),
    )


class InterfaceCapability(ctypes.Structure):
    _fields_ = (
        ("interface_type", c_uint32),
        ("multi_domain", c_int32),
        ("most_ssids", c_uint32),
        ("most_bssids", c_uint32),
        ("count", c_uint32),
        ("phy_types", c_uint32 * 64),
    )


class NotificationData(ctypes.Structure):
    _fields_ = (
        ("source", c_uint32),
        ("code", c_uint32),
        ("guid", Guid),
        ("size", c_uint32),
        ("data", c_void_p),
    )


class ConnectionNotification(ctypes.Structure):
    """WLAN_CONNECTION_NOTIFICATION_DATA up to the flags; the profile's text follows."""

    _fields_ = (
        ("mode", c_uint32),
        ("profile", c_uint16 * 256),
        ("ssid", Ssid),
        ("bss_type", c_uint32),
        ("security_enabled", c_int32),
        ("reason", c_uint32),
        ("flags", c_uint32),
    )


class MsmNotification(ctypes.Structure):
    _fields_ = (
        ("mode", c_uint32),
        ("profile", c_uint16 * 256),
        ("ssid", Ssid),
        ("bss_type", c_uint32),
        ("peer", c_uint8 * 6),
        ("security_enabled", c_int32),
        ("first_peer", c_int32),
        ("last_peer", c_int32),
        ("reason", c_uint32),
    )


#: void callback(WLAN_NOTIFICATION_DATA *, void *); stdcall on 32-bit Windows, one convention else
NotificationCallback = getattr(ctypes, "WINFUNCTYPE", ctypes.CFUNCTYPE)(
    None, ctypes.POINTER(NotificationData), c_void_p
)
