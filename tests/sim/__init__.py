"""The fault lab: a home, its line, its provider and an internet in network namespaces."""
