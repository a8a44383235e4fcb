"""Line drawings on a grid of 24, painted in any colour and size.

Strokes are written as short words: M x y, L x y, C x1 y1 x2 y2 x y, Z, O cx cy r (circle),
R x y w h r (rounded box), A cx cy r start span (arc, degrees counter-clockwise).
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

GRID = 24.0
STROKE = 1.7

STROKES = {
    "laptop": "R 5 5 14 10 1.5 M 2.5 18.5 L 21.5 18.5",
    "wifi": "A 12 17 13 45 90 A 12 17 9 45 90 A 12 17 5 45 90 O 12 17.5 0.9",
    "cable": "R 4 9 6 6 1 M 10 12 C 14 12 12 18 16 18 L 18 18 C 21 18 21 12 18 12 L 17 12"
    " M 6 9 L 6 6.5 M 8 9 L 8 6.5",
    "router": "R 3 12 18 7 2 M 7 12 L 5.5 5 M 17 12 L 18.5 5 O 7 15.5 0.8 O 10.5 15.5 0.8",
    "provider": "M 5 20 L 5 5 L 14 5 L 14 20 M 14 10 L 19 10 L 19 20 M 3 20 L 21 20"
    " M 8 9 L 11 9 M 8 12.5 L 11 12.5 M 8 16 L 11 16",
    "globe": "O 12 12 8.5 M 3.5 12 L 20.5 12 M 12 3.5 C 6.5 8 6.5 16 12 20.5"
    " M 12 3.5 C 17.5 8 17.5 16 12 20.5",
    "line": "M 3 12 L 8 12 L 10 7 L 14 17 L 16 12 L 21 12",
    "ok": "M 6.5 12.5 L 10.5 16.5 L 17.5 8",
    "bad": "M 8 8 L 16 16 M 16 8 L 8 16",
    "warn": "M 12 6.5 L 12 13.5 M 12 17 L 12 17.3",
    "unknown": "M 9.2 9.3 C 9.4 5.4 15 5.6 14.8 9.4 C 14.7 11.6 12 11.7 12 14.2"
    " M 12 17.4 L 12 17.7",
    "home": "M 4 11.5 L 12 4.5 L 20 11.5 M 6.5 10 L 6.5 19.5 L 17.5 19.5 L 17.5 10",
    "result": "R 4.5 3.5 15 17 2 M 8 9 L 16 9 M 8 12.5 L 16 12.5 M 8 16 L 12.5 16",
    "history": "O 12 12 8.5 M 12 7 L 12 12 L 15.5 14",
    "person": "O 12 8 3.5 M 4.5 20 C 4.5 12.5 19.5 12.5 19.5 20",
    "phone": "M 6 4 L 9 4 L 10.5 8.5 L 8.5 10 C 9.5 13 11 14.5 14 15.5 L 15.5 13.5 L 20 15 L 20 18"
    " C 20 19.5 19 20 18 20 C 10 19.5 4.5 14 4 6 C 4 5 4.5 4 6 4",
    "chat": "M 5 5 L 19 5 L 19 15.5 L 11 15.5 L 7 19 L 7 15.5 L 5 15.5 Z",
    "mail": "R 3.5 5.5 17 13 1.5 M 4 7 L 12 13 L 20 7",
    "clock": "O 12 12 8.5 M 12 7 L 12 12 L 15.5 14",
    "web": "M 9 5 L 5 5 L 5 19 L 19 19 L 19 15 M 13 4.5 L 19.5 4.5 L 19.5 11 M 19 5 L 11 13",
    "down": "M 6.5 9.5 L 12 15 L 17.5 9.5",
    "up": "M 6.5 14.5 L 12 9 L 17.5 14.5",
    "wrench": "M 14.5 6.5 C 15.5 4 18 3.5 19.5 4 L 16.8 6.8 L 17.2 8.8 L 19.3 9.2 L 20.5 6.5"
    " C 21.5 9.5 19 12.5 15.5 11.5 L 7.5 19.5 L 4.5 16.5 L 12.5 8.5 C 12.3 7.5 13.5 7 14.5 6.5",
    "file": "M 6 3.5 L 14 3.5 L 18.5 8 L 18.5 20.5 L 6 20.5 Z M 14 3.5 L 14 8 L 18.5 8",
    "lock": "R 5.5 10.5 13 9.5 1.5 M 8.5 10.5 C 8.5 3 15.5 3 15.5 10.5",
}
SIZES = {"M": 2, "L": 2, "C": 6, "Z": 0, "O": 3, "R": 5, "A": 5}


@cache
def path_of(glyph: str) -> QPainterPath:
    path = QPainterPath()
    words = STROKES[glyph].split()
    at = 0
    while at < len(words):
        stroke = words[at]
        count = SIZES[stroke]
        _add(path, stroke, [float(each) for each in words[at + 1 : at + 1 + count]])
        at += 1 + count
    return path


def _add(path: QPainterPath, stroke: str, n: list[float]) -> None:
    match stroke:
        case "M":
            path.moveTo(n[0], n[1])
        case "L":
            path.lineTo(n[0], n[1])
        case "C":
            path.cubicTo(n[0], n[1], n[2], n[3], n[4], n[5])
        case "O":
            path.addEllipse(QPointF(n[0], n[1]), n[2], n[2])
        case "R":
            path.addRoundedRect(QRectF(n[0], n[1], n[2], n[3]), n[4], n[4])
        case "A":
            box = QRectF(n[0] - n[2], n[1] - n[2], 2 * n[2], 2 * n[2])
            path.arcMoveTo(box, n[3])
            path.arcTo(box, n[3], n[4])
        case _:
            path.closeSubpath()


def paint(painter: QPainter, glyph: str, box: QRectF, ink: QColor, stroke: float = STROKE) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    pen = QPen(ink, stroke)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path_of(glyph))
    painter.restore()


def paint_mark(painter: QPainter, tone: str, box: QRectF, ink: QColor, ground: QColor) -> None:
    """The sign of a state: tick, exclamation, cross; unknown is hollow with a question mark."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(box.adjusted(-2, -2, 2, 2))
    if tone == "unknown":
        painter.setPen(QPen(ink, max(1.5, box.width() / 14)))
        inset = box.width() / 24
        painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))
        paint(painter, tone, box.adjusted(3, 3, -3, -3), ink, 2.6)
    else:
        painter.setBrush(ink)
        painter.drawEllipse(box)
        paint(painter, tone, box, ground, 2.6)
    painter.restore()
