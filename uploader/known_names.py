"""Names of interfaces and programs that tell nothing about a person, and help a technician."""

from __future__ import annotations

import re

#: as kernels and systems number them; `enx` and `wlx` carry a MAC address and are not among them
_INTERFACE = re.compile(
    r"(?:lo|eth|en|wlan|wl|ww|wwan|br|virbr|docker|tun|tap|wg|ppp|utun|awdl|llw|bridge|ap|anpi"
    r"|gif|stf|usb|bond|team|ipsec|tailscale|nordlynx|proton)\d{0,3}"
    r"|(?:en|wl|ww)(?:P\d{1,4})?(?:o\d{1,3}|s\d{1,3}|p\d{1,3}s\d{1,3})(?:f\d{1,2})?(?:np\d)?(?:u\d)*"
    r"|(?:Ethernet|Wi-Fi|WLAN|Local Area Connection)(?:\*? \d{1,3})?"
)
_PROGRAMS = frozenset(
    {
        *("apt", "backblaze", "backupd", "bird", "brave", "bztransmit", "chrome", "chromium"),
        *("cloudd", "curl", "deluge", "discord", "dropbox", "epicgameslauncher", "firefox"),
        *("googledrivefs", "googleupdate", "icloud", "icloudservices", "iperf3", "librewolf"),
        *("msedge", "msteams", "mullvad-daemon", "nextcloud", "nordvpn", "nordvpnd", "obs64"),
        *("onedrive", "openvpn", "opera", "packagekitd", "photosagent", "protonvpn", "python"),
        *("python3", "qbittorrent", "rclone", "restic", "rsync", "safari", "skype", "slack"),
        *("snapd", "softwareupdated", "spotify", "ssh", "steam", "svchost", "syncthing"),
        *("tailscaled", "teams", "thunderbird", "transmission", "unattended-upgrades", "wget"),
        *("wireguard", "zerotier-one", "zoom"),
    }
)


def is_known_device(name: str) -> bool:
    program = name.lower().removesuffix(".exe")
    return bool(_INTERFACE.fullmatch(name)) or program in _PROGRAMS
