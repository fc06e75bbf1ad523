"""Everything that moves stock, in any order, step by step, and after each step every rule of `manage.py prove`."""
