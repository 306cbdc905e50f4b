"""Conditional generation in MichiGAN's manner (Tan et al., SIGGRAPH 2020, arXiv 2010.16417)."""
