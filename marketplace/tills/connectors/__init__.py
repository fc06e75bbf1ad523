"""Tills that do not report: they are asked, page by page, and what they say goes through the same inbox."""
