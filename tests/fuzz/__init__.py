"""Mutated frames and texts against every reader of WiFi facts."""
