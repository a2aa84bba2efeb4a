"""The torture of the harvest and the store: `python -m tests.torture` runs the full numbers and prints one table."""
