"""Networks that packs are built from, in plain PyTorch: no compile step, any resolution."""
