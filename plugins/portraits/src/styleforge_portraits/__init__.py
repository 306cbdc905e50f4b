"""The embedded `portraits` pack: a procedural world of illustrated portraits and its models."""
