"""The operating systems, one a file; `present_platform` is the one we run on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from diagnostics.platforms.base import Platform


def present_platform() -> Platform:
    """The platform of this computer; any other Unix is tried as Linux."""
    if sys.platform == "win32":
        from diagnostics.platforms.windows import Windows  # noqa: PLC0415

        return Windows()
    if sys.platform == "darwin":
        from diagnostics.platforms.darwin import Darwin  # noqa: PLC0415

        return Darwin()
    from diagnostics.platforms.linux import Linux  # noqa: PLC0415

    return Linux()
