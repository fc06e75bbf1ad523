"""Money that a buyer's bank asks back: what is known of it, and which refunds wait for it or are made by it."""
