"""Core's own losses, rules and components, registered through the same hooks as anyone's."""
