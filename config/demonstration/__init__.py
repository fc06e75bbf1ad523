"""What a shop needs to be shown and no source gives. Invented, and marked so on every row."""
