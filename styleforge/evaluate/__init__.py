"""Comparing methods: the same pictures for each, every metric, and a report that can be quoted."""
