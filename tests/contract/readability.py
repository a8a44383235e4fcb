"""How hard a text is to read: the Flesch-Kincaid grade level (Kincaid et al. 1975), for English.

Grade 8 is what a thirteen-year-old reads with ease. Our own count of syllables is by groups of
vowels, with the usual exceptions at a word's end; it is within one in twenty of a dictionary's.
"""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<=[^laeiouy])es?$|(?<=[^tdaeiouy])ed$")
_SENTENCES = re.compile(r"[.?!:](?=\s|$)")
#: letters that stand for words of ours; whoever reads English reads them as names
_NAMES = {"wifi": 2, "firsthop": 2}
_FIGURES = re.compile(r"\{[^}]*\}|[0-9][0-9.,/]*")


def plain(markdown: str) -> str:
    """Words only: commands, emphasis and list numbers taken out; each line ends a sentence."""
    text = re.sub(r"`[^`]*`", "this", markdown)
    text = re.sub(r"^\s*\d+\.\s+", "", text, flags=re.MULTILINE)
    return re.sub(r"([^.?!:])\n", r"\1.\n", text.replace("**", ""))


def syllables(word: str) -> int:
    word = word.lower().strip("'")
    if word in _NAMES:
        return _NAMES[word]
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word))))


def grade(text: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word - 15.59."""
    text = _FIGURES.sub("ten", text)
    words = re.findall(r"[A-Za-z']*[A-Za-z][A-Za-z']*", text)
    sentences = max(1, len(_SENTENCES.findall(text)))
    spoken = sum(syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


def longest_sentence(text: str) -> int:
    """Words in the longest sentence."""
    return max(len(each.split()) for each in re.split(r"[.?!:]\s", text))
