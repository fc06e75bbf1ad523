"""The reference till: what a sales point without software of its own can run, from one folder and with Python alone.

Whatever is sold is on this machine's disk before the receipt is printed; it reaches the shop when there is a line, in
order and once. It imports nothing of the shop, so the folder may be copied anywhere and run by `python -m client`.
"""
