"""The air as a model: who takes how much of it, what a link can carry, which channel is better.

Pure: readings in, figures out. The model and its sources: docs/design/0010-wifi-advice.md.
"""
