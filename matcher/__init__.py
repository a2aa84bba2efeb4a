"""EU funding calls, ranked against the priorities of a region, with reasons."""

__version__ = "0.1.0"
