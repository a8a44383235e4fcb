"""How private each text in a reading is, said in its type.

Every text field of a reading carries one of these marks; the bundle is made by this
allow-list, so a field without a mark never leaves the computer (a contract test refuses it).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

MARK = "privacy"

#: A word of our own vocabulary or of a standard: nothing personal can stand in it.
Plain = Annotated[str, Meta(extra={MARK: "plain"})]
#: IPv4 or IPv6 address, also with /prefix or %zone.
Address = Annotated[str, Meta(extra={MARK: "address"})]
#: Link-layer address or BSSID, colon-separated lower-case hex.
Mac = Annotated[str, Meta(extra={MARK: "mac"})]
#: Host or domain name chosen by the person, the home or the provider.
HostName = Annotated[str, Meta(extra={MARK: "host"})]
#: Network name of a WiFi, decoded for display; raw bytes stand beside it as hex.
Ssid = Annotated[str, Meta(extra={MARK: "ssid"})]
#: URL: host pseudonymised unless it is in the provider profile; query never kept.
Url = Annotated[str, Meta(extra={MARK: "url"})]
#: Text from outside (an error message, a title): scrubbed of names, addresses and paths.
FreeText = Annotated[str, Meta(extra={MARK: "free"})]
#: Name of a program, interface or adapter as the system prints it.
DeviceName = Annotated[str, Meta(extra={MARK: "device"})]
