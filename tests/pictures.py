"""Make every picture of the documentation: `python -m tests.pictures [OUT_DIR]`."""

from __future__ import annotations

import os
import sys

FOLDER = "docs/pictures"


def main(argv: list[str]) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Qt reads its platform when it loads
    from tests.desk import pictures as desk  # noqa: PLC0415
    from tests.gui import pictures as window  # noqa: PLC0415

    folder = argv[:1] or [FOLDER]
    return window.main(folder) or desk.main(folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
