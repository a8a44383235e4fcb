"""The page on which the lab's modem shows its signal to anybody; run as ADDRESS KIND."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: of each kind: level received, above noise, level sent (DOCSIS); noise margins; light received
CABLE = {"cable": (2.1, 38.4, 44.0), "cable-near": (-13.2, 35.6, 49.2),
         "cable-weak": (-19.6, 27.3, 53.8), "cable-noisy": (1.4, 23.7, 45.5)}  # fmt: skip
COPPER = {"dsl": (6.3, 8.1), "dsl-near": (4.4, 6.0), "dsl-poor": (-0.6, 2.2)}
FIBRE = {"fibre": -19.4, "fibre-near": -25.6, "fibre-dark": -33.1}


def page(kind: str) -> tuple[str, str]:
    """Path and text of the page; "" for a modem that shows none."""
    if kind in CABLE:
        return "/cmconnectionstatus.html", _cable(*CABLE[kind])
    if kind in COPPER:
        down, up = COPPER[kind]
        rows = [("", "Downstream", "Upstream"), ("SNR Margin (dB)", f"{down}", f"{up}"),
                ("Attenuation (dB)", "28.5", "15.0")]  # fmt: skip
        return "/statsadsl.html", _table(rows)
    if kind in FIBRE:
        rows = [
            ("Optical module", "Value"),
            ("Rx Power", f"{FIBRE[kind]} dBm"),
            ("Tx Power", "2.1 dBm"),
        ]
        return "/gpon_status.htm", _table(rows)
    return "", ""


def _cable(level: float, snr: float, sent: float) -> str:
    down = [("Channel", "Lock Status", "Modulation", "Frequency", "Power", "SNR", "Uncorrectables")]
    for number in range(1, 17):
        place, apart = f"{330 + number * 8}000000 Hz", number % 4 / 10
        down.append((f"{number}", "Locked", "QAM256", place, f"{level + apart:.1f} dBmV",
                     f"{snr - apart:.1f} dB", f"{number * 7}"))  # fmt: skip
    head = ("Channel", "Lock Status", "US Channel Type", "Symbol Rate", "Frequency", "Power")
    kind, rate, power = "ATDMA", "5120 Ksym/sec", f"{sent:.1f} dBmV"
    up = [(f"{n}", "Locked", kind, rate, f"{24 + n * 6}000000 Hz", power) for n in range(1, 5)]
    up.insert(0, head)
    return f"<h2>Downstream</h2>{_table(down)}<h2>Upstream</h2>{_table(up)}"


def _table(rows: list[tuple[str, ...]]) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def handler(kind: str) -> type[BaseHTTPRequestHandler]:
    """Answers GET only, as a page that anybody may read."""
    path, text = page(kind)

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {"/": "<title>Modem</title><a href=/login.html>Log in</a>", path: text}
            body = found.get(self.path, "").encode()
            self.send_response(200 if self.path in found else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Pages


if __name__ == "__main__":
    ThreadingHTTPServer((sys.argv[1], 80), handler(sys.argv[2])).serve_forever()
