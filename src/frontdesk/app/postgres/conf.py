"""The server's settings: ours, rewritten at each start, then those of the person who runs the installation."""

from pathlib import Path

_SETTINGS = """\
# Written by frontdesk at each start. Your own settings go into postgres.conf in the data folder of frontdesk:
# they are read after these and win.
listen_addresses = ''
unix_socket_directories = {sockets}
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 100

# Nothing acknowledged is ever lost.
fsync = on
full_page_writes = on
synchronous_commit = on

# A small host.
shared_buffers = '128MB'
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
jit = off
random_page_cost = 1.1
wal_compression = on
min_wal_size = '80MB'
max_wal_size = '256MB'
checkpoint_timeout = '15min'
autovacuum_naptime = '15s'
track_io_timing = off
huge_pages = try

# The log is for the server's own trouble, never for what customers wrote: no bound values, no contents of rows.
lc_messages = 'C'
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] '
log_min_messages = warning
log_checkpoints = off
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
"""
# Its reader processes serve large scans on many disks; here they would only be three more idle processes.
_HAS_IO_METHOD = 18
_FROM_18 = "io_method = 'sync'\n"

INCLUDES = "\ninclude 'frontdesk.conf'\ninclude_if_exists 'user.conf'\n"
LOGINS = "# Written by frontdesk at each start: a password for everybody, and no way in but the socket.\nlocal all all scram-sha-256\n"


def settings(sockets: Path, major: int) -> str:
    """The text of `frontdesk.conf`."""
    return _SETTINGS.format(sockets=_quoted(_listed(str(sockets)))) + (
        _FROM_18 if major >= _HAS_IO_METHOD else ""
    )


def _listed(path: str) -> str:
    """One entry of a setting that is a list with commas."""
    return '"' + path.replace('"', '""') + '"'


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
