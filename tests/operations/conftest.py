from tests.operations.databases import empty_database
from tests.operations.restores import backup

__all__ = ["backup", "empty_database"]
