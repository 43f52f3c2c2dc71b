class ServicesUnavailable(Exception):
    """The embedded services cannot run here; the message tells the person what to do."""

    remedy = "Set DATABASE_URL and REDIS_URL to servers of your own, and nothing is embedded."

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason}\n{self.remedy}")
