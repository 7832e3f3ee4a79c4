"""satchel as a solver of conda."""

__version__ = "0.1.0"
