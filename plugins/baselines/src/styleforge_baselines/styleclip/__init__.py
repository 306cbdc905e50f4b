"""StyleCLIP's mapper and global directions (Patashnik et al., ICCV 2021, arXiv 2103.17249)."""
