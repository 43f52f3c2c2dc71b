"""What an uploaded table may hold at most. A file beyond a limit is refused, never half read."""

FILE_BYTES = 5_000_000
UNPACKED_BYTES = 40_000_000  # of an archive, in all; whatever its directory claims
MEMBERS = 200
ROWS = 2_000
COLUMNS = 60
CELL = 500  # characters
