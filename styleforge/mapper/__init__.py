"""One-pass edits: a trained mapper from conditions to a step in W+ (HairCLIP, made general)."""
