"""The router of the dashboard: which pages there are, nothing else."""

from matcher import ui

ui.navigate()
