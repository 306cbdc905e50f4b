"""Plugins: found, loaded one at a time, checked against the contract, and set."""
