"""Executors that run recipes in other processes, here and on other machines."""
