"""The invented world of demo and tests."""
