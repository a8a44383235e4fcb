"""Where each cause sits and so whose it is, as the vocabulary of causes has it."""

from __future__ import annotations

from typing import Literal

Side = Literal["home", "provider", "others"]

SEGMENTS = {
    "device-adapter-off": "device",
    "device-link-down": "device",
    "device-address-wrong": "device",
    "device-gateway-wrong": "device",
    "device-dns-setting-wrong": "device",
    "device-proxy-broken": "device",
    "device-clock-wrong": "device",
    "device-hosts-override": "device",
    "device-route-wrong": "device",
    "device-vpn-dead": "device",
    "device-firewall-blocks": "device",
    "device-vpn-slow": "device",
    "device-driver-fault": "device",
    "device-upload-busy": "device",
    "device-download-busy": "device",
    "wifi-unreliable": "wifi",
    "wifi-signal-weak": "wifi",
    "wifi-channel-crowded": "wifi",
    "wifi-channel-overlap": "wifi",
    "wifi-interference": "wifi",
    "wifi-band-slow": "wifi",
    "wifi-roaming-sticky": "wifi",
    "wifi-mesh-backhaul": "wifi",
    "wifi-standard-old": "wifi",
    "wifi-dropouts": "wifi",
    "wifi-password-wrong": "wifi",
    "wifi-security-weak": "wifi",
    "wifi-network-absent": "wifi",
    "captive-portal": "wifi",
    "ethernet-slow-link": "lan",
    "lan-unreliable": "lan",
    "lan-upload-busy": "lan",
    "lan-download-busy": "lan",
    "duplicate-address": "lan",
    "rogue-dhcp": "lan",
    "lan-device-unreachable": "lan",
    "double-nat": "lan",
    "router-unreachable": "router",
    "router-no-dhcp": "router",
    "router-offers-wrong": "router",
    "router-dns-dead": "router",
    "router-overloaded": "router",
    "router-blocks": "router",
    "router-session-limit": "router",
    "router-failing": "router",
    "line-down": "access",
    "line-no-login": "access",
    "line-slow": "access",
    "line-loss": "access",
    "line-latency-high": "access",
    "line-jitter": "access",
    "line-reordering": "access",
    "line-intermittent": "access",
    "modem-signal-poor": "access",
    "bufferbloat-up": "access",
    "bufferbloat-down": "access",
    "isp-outage": "isp",
    "isp-area-outage": "isp",
    "isp-maintenance": "isp",
    "isp-profile-low": "isp",
    "isp-data-cap": "isp",
    "isp-dns-dead": "isp",
    "isp-dns-slow": "isp",
    "isp-dns-flaky": "isp",
    "isp-dns-rewrites": "isp",
    "ipv6-broken": "isp",
    "mtu-black-hole": "isp",
    "cgnat-limits": "isp",
    "port-blocked": "isp",
    "peering-congestion": "beyond",
    "route-detour": "beyond",
    "service-down": "service",
    "service-slow": "service",
    "site-filtered": "service",
}

_HOME = {"device", "wifi", "lan", "router"}
_PROVIDER = {"access", "isp"}


def side(segment: str) -> Side:
    """Who is to act on a fault in this segment."""
    if segment in _HOME:
        return "home"
    return "provider" if segment in _PROVIDER else "others"
