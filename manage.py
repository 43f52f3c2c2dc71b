#!/usr/bin/env python
"""Django's command line; it starts or joins the embedded services."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from config.environment import explain_connection_failure

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as problem:
        explanation = explain_connection_failure(problem)
        if explanation is None:
            raise
        sys.exit(explanation)


if __name__ == "__main__":
    main()
