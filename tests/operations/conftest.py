from tests.operations.databases import empty_database

__all__ = ["empty_database"]
