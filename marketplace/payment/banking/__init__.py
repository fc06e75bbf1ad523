"""Money by bank transfer: the shop's accounts, their statements, what each line pays, and what goes back."""
