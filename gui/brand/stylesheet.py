"""The one style sheet, made from tokens; buttons and marks are painted, the rest is here. No Qt."""

from __future__ import annotations

from gui.brand.tokens import RADIUS, RADIUS_SMALL, XS, M, S, Tokens, TypeScale

TEXT_ROLES = """
QLabel {{ background: transparent; color: {t.text}; }}
QLabel[role="hero"] {{ font-size: {s.hero}pt; font-weight: 700; }}
QLabel[role="title"] {{ font-size: {s.title}pt; font-weight: 700; }}
QLabel[role="heading"] {{ font-size: {s.heading}pt; font-weight: 600; }}
QLabel[role="lead"] {{ font-size: {s.lead}pt; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="small"] {{ color: {t.muted}; font-size: {s.small}pt; }}
QLabel[role="brand"] {{ color: {t.link}; font-size: {s.lead}pt; font-weight: 700; }}
QLabel[role="code"] {{ font-size: {s.hero}pt; font-weight: 700; letter-spacing: 2px; }}
QLabel[tone="ok"] {{ color: {t.ok}; }}
QLabel[tone="warn"] {{ color: {t.warn}; }}
QLabel[tone="bad"] {{ color: {t.bad}; }}
QLabel[tone="unknown"] {{ color: {t.muted}; }}
"""

GROUNDS = """
QMainWindow, QWidget#page, QWidget#column {{ background: {t.page}; }}
QScrollArea {{ background: {t.page}; border: none; }}
QFrame[role="card"] {{ background: {t.surface}; border: 1px solid {t.border};
  border-radius: {radius}px; }}
QFrame[role="card"][tone="ok"] {{ background: {t.ok_soft}; border-color: {t.ok}; }}
QFrame[role="card"][tone="warn"] {{ background: {t.warn_soft}; border-color: {t.warn}; }}
QFrame[role="card"][tone="bad"] {{ background: {t.bad_soft}; border-color: {t.bad}; }}
QFrame[role="card"][tone="accent"] {{ background: {t.accent_soft}; border-color: {t.border}; }}
QFrame[role="banner"] {{ background: {t.warn_soft}; border: none;
  border-bottom: 1px solid {t.warn}; }}
QFrame[role="side"] {{ background: {t.surface}; border: none; border-right: 1px solid {t.border}; }}
QFrame[role="side"][mirrored="true"] {{ border-right: none; border-left: 1px solid {t.border}; }}
QFrame[role="foot"] {{ background: {t.surface}; border: none; border-top: 1px solid {t.border}; }}
QFrame[role="rule"] {{ background: {t.border}; border: none; max-height: 1px; min-height: 1px; }}
QFrame[role="bubble"] {{ background: {t.sunken}; border: none; border-radius: {radius}px; }}
QFrame[role="bubble"][mine="true"] {{ background: {t.accent_soft}; }}
"""

FIELDS = """
QLineEdit, QPlainTextEdit {{ background: {t.surface}; color: {t.text};
  border: 1px solid {t.edge}; border-radius: {small}px; padding: {s_}px;
  selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {t.link}; padding: {s_less}px; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ background: {t.sunken}; color: {t.muted}; }}
QPlainTextEdit[role="file"] {{ background: {t.sunken}; font-family: monospace;
  font-size: {s.small}pt; }}
QListView {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: {radius}px;
  padding: {xs}px; outline: none; }}
QListView:focus {{ border: 2px solid {t.link}; padding: {xs_less}px; }}
QProgressBar {{ background: {t.border}; border: none; border-radius: 4px; max-height: 8px;
  min-height: 8px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: 4px; }}
QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {t.border};
  padding: {xs}px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {t.edge}; border-radius: 4px; min-height: 32px;
  margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle:horizontal {{ background: {t.edge}; border-radius: 4px; min-width: 32px;
  margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def stylesheet(tokens: Tokens, sizes: TypeScale) -> str:
    return (TEXT_ROLES + GROUNDS + FIELDS).format(
        t=tokens,
        s=sizes,
        radius=RADIUS,
        small=RADIUS_SMALL,
        s_=S,
        s_less=S - 1,
        xs=XS,
        xs_less=XS - 1,
        m=M,
    )
