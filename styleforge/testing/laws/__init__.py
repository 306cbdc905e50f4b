"""What must hold for what a plugin adds: plain functions, one file per kind of thing.

`styleforge.testing` offers them as pytest classes to subclass, ``styleforge check`` runs them from
the command line.
"""
