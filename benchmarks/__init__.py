"""Measurements with their limit taken in the same run: `python -m benchmarks NAME --size N`."""
