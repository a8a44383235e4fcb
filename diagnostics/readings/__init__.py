"""Reading types, one topic a file: plain values that window, desk and signs can read
without loading a socket. The probe that fills a type stands under the same name in `probes`.
"""

from __future__ import annotations
