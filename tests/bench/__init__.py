"""Benchmarks: figures with a named baseline in the same run. Never part of the tests."""
