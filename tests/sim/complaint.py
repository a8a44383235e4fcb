"""The lab's own failure: one clear sentence for the person who ran it."""


class LabError(Exception):
    """The lab could not be built, entered or understood; the text is one sentence."""
