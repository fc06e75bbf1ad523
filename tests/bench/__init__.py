"""How fast the shop is: `make bench`. The real web server on a generated shop, never on a table that happens to be small."""
