"""The small networks of the portraits pack and how their weights are read."""
