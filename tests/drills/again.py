"""`python -m tests.drills.again command …`: a command of manage.py, started again whenever it ends.

As systemd would, but in a child of a process that has imported everything already: a restart takes milliseconds.
"""

import os
import signal
import sys

import django
from django.core.management import execute_from_command_line


def main(arguments: list[str]) -> None:
    django.setup()
    child, is_ending = 0, False

    def end(*_):
        nonlocal is_ending
        is_ending = True
        os.kill(child, signal.SIGTERM)

    while not is_ending:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])  # until it is known whom to pass it on to
        child = os.fork()
        signal.signal(signal.SIGTERM, end if child else signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
        if child == 0:
            execute_from_command_line(["manage.py", *arguments])
            return
        _, status = os.waitpid(child, 0)
        if not is_ending:
            print(f"{arguments[0]} ended ({os.waitstatus_to_exitcode(status)}) and is started again", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
