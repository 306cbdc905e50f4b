"""Measures of a result: metrics, and the distance to a known answer."""
