"""The sizes of what goes between the program and a child; both sides hold to them.

A task is its length, the script's time limit in milliseconds, and JSON. The first frame back says what of the
child's confinement was not possible here, any other is the outcome of a task; both are a length and JSON.
"""

import struct

TASK_HEAD = struct.Struct(">II")
ANSWER_HEAD = struct.Struct(">I")

MOST_TASK_BYTES = 4 << 20
MOST_ANSWER_BYTES = 4 << 20

FIRST_LINE = 1000
"""Each source is evaluated below this many lines, in lines that no other source has: a number says which it was."""
