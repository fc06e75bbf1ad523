class NotDelivered(Exception):
    """The channel did not take the letter. `final`: trying again is of no use."""

    def __init__(self, answer: str, *, final: bool = False) -> None:
        super().__init__(answer)
        self.final = final
