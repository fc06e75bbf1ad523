"""What the shop's pages show, ready for their templates."""
