"""Pictures for people: side by side in a notebook, sheets for documents."""
